import { createServer } from "node:http";
import { once } from "node:events";
import { connect } from "node:net";
import { readConfig } from "#config.ts";
import { loadBundle } from "#sandbox/bundle/bundle.ts";
import { startNexus } from "#main.ts";

/** The whole service, whose every source takes as long as the argument says (ms) before it answers. */
const slowMs = Number(process.argv[2]);
const source = createServer((_request, response) => {
  setTimeout(() => response.writeHead(200, { "content-type": "application/json" }).end("{}"), slowMs);
});
source.listen(0, "127.0.0.1");
await once(source, "listening");
const address = source.address();
const port = typeof address === "object" && address !== null ? address.port : 0;
const quiet = (): void => undefined;

const config = readConfig();
// What it does asks nobody here: the bench is about how soon a person sees that they were heard.
const approvals = { ...config.approvals, write: { ...config.approvals.write, approvals: 0 } };

await startNexus(
  { ...config, approvals },
  {
    log: { debug: quiet, info: quiet, warn: quiet, error: (fields, message) => console.error(message, fields) },
    bundles: [loadBundle(new URL("../test/drills/act/", import.meta.url))],
    egress: {
      lookup: () => Promise.resolve(["127.0.0.1"]),
      allowAddress: (ip) => ip === "127.0.0.1",
      async connect() {
        const socket = connect(port, "127.0.0.1");
        await once(socket, "connect");
        return socket;
      },
    },
  },
);
