import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { digestEntries, MANIFEST_FILE } from "#core/contract/bundle.ts";
import { ModuleName } from "#core/contract/ids.ts";
import { Manifest } from "#core/contract/manifest.ts";
import { createEgress } from "#sandbox/egress/egress.ts";
import { capabilityFields, manifestFields } from "#test/sample-manifest.ts";
import { SILENT } from "#test/silent-log.ts";
import { createModuleIndexes } from "./create-module-indexes.ts";
import { INDEX_FILE, packPath, readIndexFile, SIGNATURE_FILE, writeSignature } from "./index-file.ts";
import { isSignedBy, newIndexKey, signIndex } from "./index-key.ts";
import { makeIndex, type Offered } from "./make-index.ts";
import { ownIndex } from "./own-index.ts";

const never = new AbortController().signal;
const key = newIndexKey();
const now = { at: new Date("2026-03-02T09:00:00Z") };

function offered(name: string, version = "1.0.0", changes: object = {}): Offered {
  const fields = manifestFields({ name, version, title: name, ...changes });
  return {
    manifest: Manifest.parse(fields),
    entries: new Map([
      [MANIFEST_FILE, Buffer.from(JSON.stringify(fields))],
      ["module.ts", Buffer.from("export const run = () => ({ summary: `hello` });\n")],
      ["module.bin", Uint8Array.from([0, 255, 254, 1])],
    ]),
    written: "hand",
  };
}

/** An index in a folder of its own, signed. */
function publish(
  modules: readonly Offered[],
  revoke: Readonly<Record<string, string>> = {},
  folder = newFolder(),
): string {
  const before = existing(folder);
  const made = makeIndex(before, { name: "team", modules, revoke: new Map(Object.entries(revoke)) });
  for (const [path, text] of [
    ...made.packs,
    [INDEX_FILE, made.text],
    [SIGNATURE_FILE, writeSignature(signIndex(made.text, key.privateKey).signature)],
  ] as const) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

function existing(folder: string) {
  try {
    return readIndexFile(readFileSync(join(folder, INDEX_FILE), "utf8"));
  } catch {
    return undefined;
  }
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "nexus-index-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function open(location: string, memory = new Map<string, string>(), port = 0) {
  const egress = createEgress({
    log: SILENT,
    lookup: async () => ["127.0.0.1"],
    allowAddress: () => true,
    async connect({ address }) {
      const socket = connect(port, address);
      await once(socket, "connect");
      return socket;
    },
  });
  onTestFinished(() => egress[Symbol.asyncDispose]());
  return createModuleIndexes({
    indexes: [{ name: "team", location, key: key.publicKey }],
    egress,
    memory: {
      get: async (place) => memory.get(place),
      set: async (place, value) => void memory.set(place, value),
    },
    clock: () => now.at,
    log: SILENT,
  });
}

const wanted = (module: string, version = "1.0.0") => ({ index: "team", module: ModuleName.parse(module), version });

describe("an index in a folder", () => {
  test("gives exactly the bytes that were put into it, and says whose signature it carries", async () => {
    const rota = offered("rota");
    const indexes = open(publish([rota]));
    const { entries, signer } = await indexes.fetch(wanted("rota"), never);
    expect(signer).toBe(key.publicKey);
    expect(digestEntries(entries)).toBe(digestEntries(rota.entries));
    expect([...(entries.get("module.bin") ?? [])]).toEqual([0, 255, 254, 1]);
    expect(await indexes.standing(never)).toEqual([{ index: "team", ok: true, detail: "1 module" }]);
  });

  test("is searched by what people ask for, and offers the newest version that was not taken back", async () => {
    const weather = offered("rain-radar", "1.0.0", {
      capabilities: [capabilityFields({ title: "Rain soon", examples: ["will it rain soon", "b1", "c1", "d1", "e1"] })],
    });
    const folder = publish([weather, offered("rota"), offered("rota", "1.1.0")]);
    publish([], { "rota@1.1.0": "answers for the wrong week" }, folder);
    const indexes = open(folder);
    expect((await indexes.search("is it going to rain", 3, never)).map(({ module }) => module)).toEqual(["rain-radar"]);
    expect((await indexes.search("rota", 3, never)).map(({ version }) => version)).toEqual(["1.0.0"]);
    expect((await indexes.versions(ModuleName.parse("rota"), never)).map((one) => [one.version, one.revoked])).toEqual([
      ["1.1.0", "answers for the wrong week"],
      ["1.0.0", undefined],
    ]);
  });

  test("LIF-001: a version that was taken back is not given, and its digest is known as revoked", async () => {
    const folder = publish([offered("rota")], { "rota@1.0.0": "leaks" });
    const indexes = open(folder);
    await expect(indexes.fetch(wanted("rota"), never)).rejects.toMatchObject({ code: "bundle_revoked" });
    expect([...(await indexes.revoked(never)).values()]).toEqual(["leaks"]);
  });

  test("whose index was changed by one byte is not believed at all", async () => {
    const folder = publish([offered("rota")]);
    const file = join(folder, INDEX_FILE);
    writeFileSync(file, readFileSync(file, "utf8").replace("For tests.", "For testz."));
    const indexes = open(folder);
    expect(await indexes.search("rota", 3, never)).toEqual([]);
    await expect(indexes.fetch(wanted("rota"), never)).rejects.toMatchObject({ code: "index_untrusted" });
    expect((await indexes.standing(never))[0]).toMatchObject({ ok: false, detail: /not signed with its key/ });
  });

  test("whose pack holds one other byte gives nothing", async () => {
    const folder = publish([offered("rota")]);
    const sha256 = Object.values(existing(folder)?.modules ?? {})[0]?.[0]?.sha256;
    if (sha256 === undefined) throw new Error("nothing was published");
    const file = join(folder, packPath(sha256));
    writeFileSync(file, readFileSync(file, "utf8").replace("hello", "hullo"));
    await expect(open(folder).fetch(wanted("rota"), never)).rejects.toMatchObject({ code: "index_untrusted" });
  });

  test("that is shown as it was before it took something back is noticed, after a restart too", async () => {
    const folder = publish([offered("rota")]);
    const old = [INDEX_FILE, SIGNATURE_FILE].map((path) => [path, readFileSync(join(folder, path), "utf8")] as const);
    publish([], { "rota@1.0.0": "leaks" }, folder);
    const memory = new Map<string, string>();
    await open(folder, memory).revoked(never);
    for (const [path, text] of old) writeFileSync(join(folder, path), text);
    const restarted = open(folder, memory);
    await expect(restarted.fetch(wanted("rota"), never)).rejects.toMatchObject({ code: "index_untrusted" });
    // What it said before still counts.
    expect([...(await restarted.revoked(never)).values()]).toEqual(["leaks"]);
  });

  test("that is gone is said to be gone, and the others go on", async () => {
    const indexes = open(join(newFolder(), "nowhere"));
    await expect(indexes.fetch(wanted("rota"), never)).rejects.toMatchObject({ code: "index_unavailable" });
    expect(await indexes.search("rota", 3, never)).toEqual([]);
  });
});

test("an index at an https address is read through the broker, whatever else is there", async () => {
  const folder = publish([offered("rota")]);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const path = join(folder, (request.url ?? "").replace("/modules/", ""));
    try {
      response.writeHead(200, { "content-type": "application/json" }).end(readFileSync(path));
    } catch {
      response.writeHead(404).end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const indexes = open("https://modules.example.com/modules", new Map(), port);
  expect((await indexes.fetch(wanted("rota"), never)).entries.has("module.ts")).toBe(true);
  expect(asked.slice(0, 2).toSorted()).toEqual([`/modules/${INDEX_FILE}`, `/modules/${SIGNATURE_FILE}`]);
});

describe("making an index", () => {
  test("the same modules make the same bytes, in whatever order they are named", () => {
    const one = makeIndex(undefined, { name: "team", modules: [offered("a1"), offered("b1")], revoke: new Map() });
    const other = makeIndex(undefined, { name: "team", modules: [offered("b1"), offered("a1")], revoke: new Map() });
    expect(one.text).toBe(other.text);
    expect(makeIndex(one.file, { name: "team", modules: [offered("b1")], revoke: new Map() }).text).toBe(one.text);
  });

  test("a version that is there never gets other bytes", () => {
    const first = makeIndex(undefined, { name: "team", modules: [offered("rota")], revoke: new Map() });
    const changed = offered("rota", "1.0.0", { description: "Another." });
    expect(() => makeIndex(first.file, { name: "team", modules: [changed], revoke: new Map() })).toThrow(/other bytes/);
  });

  test("every change has a higher number than the one before", () => {
    const first = makeIndex(undefined, { name: "team", modules: [offered("rota")], revoke: new Map() });
    const second = makeIndex(first.file, { name: "team", modules: [offered("rota", "1.1.0")], revoke: new Map() });
    expect([first.file.serial, second.file.serial]).toEqual([1, 2]);
    expect(second.added).toEqual(["rota 1.1.0"]);
  });

  test("a signature counts for its key and its text alone", () => {
    const { signature } = signIndex("text", key.privateKey);
    expect(isSignedBy("text", signature, key.publicKey)).toBe(true);
    expect(isSignedBy("texts", signature, key.publicKey)).toBe(false);
    expect(isSignedBy("text", signature, newIndexKey().publicKey)).toBe(false);
    expect(isSignedBy("text", "rubbish", "rubbish")).toBe(false);
  });
});

test("the modules of this release that are not installed are an index of their own", async () => {
  const own = ownIndex(() => [offered("rota")]);
  const file = await own.file(never);
  expect(file.name).toBe("nexus");
  const sha256 = Object.values(file.modules)[0]?.[0]?.sha256;
  if (sha256 === undefined) throw new Error("the index is empty");
  expect([...(await own.entries(sha256, never)).keys()]).toContain(MANIFEST_FILE);
});
