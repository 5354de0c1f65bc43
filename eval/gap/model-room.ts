import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "#config.ts";
import { newId, TurnId } from "#core/contract/ids.ts";
import type { Gateway, ModelAsker } from "#core/contract/model.ts";
import { EACH } from "#core/contract/quota.ts";
import { createGateway } from "#core/llm/gateway.ts";
import { createModels } from "#core/llm/models.ts";
import { openStore } from "#core/store/store.ts";
import { meteringOn } from "#test/metering-kit.ts";
import { type ModelServer, startModelServer } from "#test/platforms/model-server/model-server.ts";
import { testActor } from "#test/platforms/test-message.ts";
import { SILENT } from "#test/silent-log.ts";

/** What a scripted model says, one after the other: a value as JSON, or a text as it is. */
export type Script = readonly unknown[];

/** Models on loopback that say what a script says, and everything between: providers, gateway, metering. */
export interface ModelRoom extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly asker: ModelAsker;
  readonly servers: readonly ModelServer[];
  /** Limits what the org may spend in a day; run units. */
  limit(units: number): Promise<void>;
}

/** Opens a room of models, asked in this order for everything. */
export async function openModelRoom(scripts: readonly Script[]): Promise<ModelRoom> {
  await using stack = new AsyncDisposableStack();
  const clock = (): Date => new Date();
  const servers: ModelServer[] = [];
  for (const script of scripts) {
    const answers = script.map((each) => ({
      kind: "text" as const,
      text: typeof each === "string" ? each : JSON.stringify(each),
    }));
    servers.push(stack.use(await startModelServer({ protocol: "openai", answers })));
  }
  const dir = mkdtempSync(join(tmpdir(), "nexus-gap-"));
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, "nexus.json");
  const endpoints = Object.fromEntries(
    servers.map(({ baseUrl }, index) => [`m${index + 1}`, { baseUrl, contextTokens: 200_000, staysInside: true }]),
  );
  writeFileSync(file, JSON.stringify({ models: { endpoints } }));
  const names = servers.map((_, index) => `m${index + 1}/scripted`).join(",");
  const { models: settings } = readConfig({
    NEXUS_CONFIG: file,
    ...(names !== "" && { NEXUS_MODELS_HEAVY: names }),
  });
  const models = stack.use(await createModels(settings, { dir, clock, log: SILENT }));
  const store = stack.use(await openStore(":memory:", { clock }));
  const { org, person } = await store.people.identify(testActor("acme", "ada"));
  const metering = meteringOn(store, clock);
  const gateway = createGateway({ models, reserve: metering.reserve, clock, log: SILENT, recordPrompts: false });
  const held = stack.move();
  return {
    gateway,
    asker: { org, person, turn: newId(TurnId) },
    servers,
    limit: (units) =>
      metering.setLimit(org, { scope: "org", subject: EACH, period: "day", units }, { kind: "person", id: person }),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
