import { expect, test, vi } from "vitest";
import { z } from "zod";
import { BuildPapersResource, BuildResource } from "#core/contract/programs/build.ts";
import { ModuleVersionsResource, UndoResource } from "#core/contract/programs/installation.ts";
import { openApiOffice, type ApiOffice } from "#test/api-kit.ts";
import { rotaDocument } from "#test/platforms/rota.ts";
import { TWO_OTHERS } from "./approval-office.ts";

vi.setConfig({ testTimeout: 300_000 });
const SOON = { timeout: 120_000, interval: 100 };
const source = { kind: "document", name: "rota.json", text: JSON.stringify(rotaDocument()) };

async function built(api: ApiOffice, key: string, id: string, ...states: string[]): Promise<BuildResource> {
  return vi.waitUntil(async () => {
    const build = BuildResource.parse((await api.send("GET", `/v1/builds/${id}`, { as: key })).body);
    return states.includes(build.state) && build;
  }, SOON);
}

test("a program has a module built, reads it, and two other people's keys approve it; one undoes it", async () => {
  await using api = await openApiOffice({ policies: { install: { ...TWO_OTHERS, approvals: 1 } } });
  const otto = await api.keyOf("otto");
  const ada = await api.keyOf("ada");
  const begun = await api.send("POST", "/v1/builds", { as: otto, body: { need: "says who is on call", source } });
  expect(begun.status).toBe(200);
  const { id, steps } = BuildResource.parse(begun.body);
  expect(steps.map(({ name }) => name)).toEqual(["read", "specify", "write", "check", "repair", "ask"]);
  const asked = await built(api, otto, id, "asked");
  expect(asked.result).toMatchObject({ module: "rota", version: "1.0.0" });

  const papers = BuildPapersResource.parse((await api.send("GET", `/v1/builds/${id}/files`, { as: otto })).body);
  expect(papers.files.map(({ path }) => path)).toContain("module.ts");
  expect(papers.report).toMatchObject({ ok: true });

  const open = await vi.waitUntil(async () => {
    const { body } = await api.send("GET", "/v1/approvals?state=open", { as: ada });
    return z.object({ items: z.array(z.object({ id: z.string(), isReadable: z.boolean() })) }).parse(body).items[0];
  }, SOON);
  // Who asked may not approve it.
  expect((await api.send("POST", `/v1/approvals/${open.id}/approve`, { as: otto })).status).toBe(403);
  await vi.waitUntil(
    async () => (await api.send("POST", `/v1/approvals/${open.id}/approve`, { as: ada })).status === 200,
    SOON,
  );
  expect((await built(api, otto, id, "installed")).state).toBe("installed");

  const versions = ModuleVersionsResource.parse(
    (await api.send("GET", "/v1/modules/rota/versions", { as: otto })).body,
  );
  expect(versions.versions).toMatchObject([{ version: "1.0.0", isLive: true }]);
  const plan = UndoResource.parse((await api.send("GET", "/v1/modules/rota/undo", { as: otto })).body);
  expect(plan).toMatchObject({ name: "rota", from: { version: "1.0.0" } });
  expect((await api.send("POST", "/v1/modules/rota/undo", { as: otto })).status).toBe(200);
  expect((await api.send("GET", "/v1/modules/rota", { as: otto })).status).toBe(404);

  const olga = await api.keyOf("olga");
  const { body } = await api.send("GET", "/v1/audit?limit=100", { as: olga });
  const acts = z.object({ items: z.array(z.looseObject({ act: z.string() })) }).parse(body).items;
  for (const act of ["build.started", "build.ended", "module.installed", "module.reverted"]) {
    expect(acts.filter((entry) => entry.act === act)).toHaveLength(1);
  }
  // Ids, and no words.
  const ofBuild = JSON.stringify(acts.filter(({ act }) => act.startsWith("build.")));
  expect(ofBuild).toContain(id);
  expect(ofBuild).not.toContain("on call");
});

test("who may not have modules built cannot by a program either; a secret, a bad file and a stranger's build are refused", async () => {
  await using api = await openApiOffice();
  const vic = await api.keyOf("olga", { role: "viewer" });
  const otto = await api.keyOf("otto");
  expect((await api.send("POST", "/v1/builds", { as: vic, body: { source } })).status).toBe(403);
  const curl =
    "curl https://api.rota.example/v1/oncall -H 'Authorization: Bearer sk-live-51H8abcdefghijklmnopqrstuvwx'";
  const secret = await api.send("POST", "/v1/builds", { as: otto, body: { source: { kind: "exchange", curl } } });
  expect(secret.body).toMatchObject({ code: "secret_in_message" });
  const nobodys = "01a1ff43-bc1d-75be-8e2a-1218dd7a96a6";
  expect((await api.send("POST", `/v1/builds/${nobodys}/stop`, { as: otto })).status).toBe(404);
  expect(
    (await api.send("POST", "/v1/modules/install", { as: otto, body: { module: "nothing-like-it" } })).status,
  ).toBe(404);

  const begun = await api.send("POST", "/v1/builds", {
    as: otto,
    body: { source: { kind: "document", name: "x.yaml", text: "hello: world" } },
  });
  const { id } = BuildResource.parse(begun.body);
  const failed = await built(api, otto, id, "failed");
  expect(failed.failure?.code).toMatch(/^document_/);
  const evil = { path: "../../etc/passwd", text: "x" };
  expect((await api.send("PUT", `/v1/builds/${id}/files`, { as: otto, body: evil })).status).toBe(409);
});

test("sent twice under one name, a build is begun once", async () => {
  await using api = await openApiOffice();
  const otto = await api.keyOf("otto");
  const sent = { as: otto, body: { need: "says who is on call", source }, headers: { "idempotency-key": "one" } };
  const [first, second] = [await api.send("POST", "/v1/builds", sent), await api.send("POST", "/v1/builds", sent)];
  expect(BuildResource.parse(second.body).id).toBe(BuildResource.parse(first.body).id);
  const { body } = await api.send("GET", "/v1/builds", { as: otto });
  expect(z.object({ items: z.array(z.unknown()) }).parse(body).items).toHaveLength(1);
  const { id } = BuildResource.parse(first.body);
  const stopped = await api.send("POST", `/v1/builds/${id}/stop`, { as: otto });
  expect(BuildResource.parse(stopped.body).state).toMatch(/^(?:stopped|ready|asked)$/);
});
