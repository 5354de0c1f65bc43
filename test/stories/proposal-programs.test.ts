import { expect, test, vi } from "vitest";
import { z } from "zod";
import { BuildResource } from "#core/contract/programs/build.ts";
import { ProposalResource } from "#core/contract/programs/proposal.ts";
import { type ApiOffice, openApiOffice } from "#test/api-kit.ts";
import { PATIENCE } from "./console-terminal.ts";

vi.setConfig({ testTimeout: 60_000 });

const Problem = z.object({ code: z.string(), detail: z.string(), hint: z.string() });

/** What three people have asked for in vain, once it is proposed. */
async function proposed(api: ApiOffice, key: string, words: string): Promise<ProposalResource> {
  for (const person of ["vic", "eve", "fay"]) await api.office.say(person, words);
  return vi.waitUntil(async () => (await open(api, key))[0], PATIENCE);
}

async function open(api: ApiOffice, key: string): Promise<ProposalResource[]> {
  const { body } = await api.send("GET", "/v1/proposals", { as: key });
  return z
    .object({ items: z.array(ProposalResource) })
    .parse(body)
    .items.filter(({ state }) => state === "open");
}

test("a program has a proposal built, is told which build that is, and that it cannot be decided twice", async () => {
  await using api = await openApiOffice();
  const otto = await api.keyOf("otto");
  const { id } = await proposed(api, otto, "which meeting rooms are free");
  const at = `/v1/proposals/${id}`;
  const asked = await api.send("POST", `${at}/build`, { as: otto });
  expect(asked.status).toBe(409);
  const problem = Problem.parse(asked.body);
  expect(problem.detail).toContain("I need the document");
  expect(problem.hint).toContain('{"from":');
  expect((await api.send("POST", `${at}/build`, { as: otto, body: { from: "file:///etc/passwd" } })).status).toBe(400);

  const body = { from: "https://rooms.example/openapi.json" };
  const begun = await api.send("POST", `${at}/build`, { as: otto, body });
  expect(begun.status).toBe(200);
  const { build, state } = ProposalResource.parse(begun.body);
  expect(state).toBe("building");
  const found = BuildResource.parse((await api.send("GET", `/v1/builds/${build ?? ""}`, { as: otto })).body);
  expect([found.proposal, found.source]).toEqual([id, "url"]);
  const late = await api.send("POST", `${at}/never`, { as: otto });
  expect(late.status).toBe(409);
  expect(Problem.parse(late.body).detail).toContain("decided already");
});

test("a program puts a proposal off or turns it down, one at a time and as far as its person may", async () => {
  await using api = await openApiOffice();
  const otto = await api.keyOf("otto");
  const lesser = await api.keyOf("otto", { role: "viewer" });
  const { id, code } = await proposed(api, otto, "how many vacation days do I have left");
  const at = `/v1/proposals/${id}`;
  expect(ProposalResource.parse((await api.send("GET", at, { as: otto })).body)).toMatchObject({ code, state: "open" });
  expect((await api.send("POST", `${at}/not-now`, { as: lesser })).status).toBe(403);
  const put = await api.send("POST", `${at}/not-now`, { as: otto });
  expect([put.status, ProposalResource.parse(put.body).state]).toEqual([200, "not_now"]);
  // Said again, it is as it was asked for.
  expect((await api.send("POST", `${at}/not-now`, { as: otto })).status).toBe(200);
  const never = await api.send("POST", `${at}/never`, { as: otto });
  expect(ProposalResource.parse(never.body).state).toBe("never");
  expect((await api.send("POST", `${at}/not-now`, { as: otto })).status).toBe(409);
  const other = id.slice(0, -1) + (id.endsWith("0") ? "1" : "0");
  expect((await api.send("GET", `/v1/proposals/${other}`, { as: otto })).status).toBe(404);
});
