import { type LoopbackVendor, startVendor, type VendorAnswer } from "./loopback-vendor.ts";

/** How the rota behaves from now on, beside the ways in which any source misbehaves. */
export type RotaMode = "ok" | "no document" | "other document";

/** Where the rota's API and its document are, by name. */
export const ROTA_HOST = "api.rota.example";
export const ROTA_DOCUMENT = `https://${ROTA_HOST}/openapi.json`;

const SHIFTS = [
  { id: "s1", schedule: "Platform", person: "Ada Lovelace", until: "2026-11-22T18:00:00Z" },
  { id: "s2", schedule: "Payments", person: "Grace Hopper", until: "2026-11-23T06:00:00Z" },
];

/** Starts an API that knows who is on call, and that is described by a document it serves itself. */
export function startRota(): Promise<LoopbackVendor<RotaMode>> {
  return startVendor<RotaMode>("ok", ({ method, path, query }, mode): VendorAnswer => {
    if (method !== "GET") return { status: 405, body: { message: "only reading" } };
    if (path === "/openapi.json" && mode !== "no document") return { status: 200, body: rotaDocument(mode) };
    if (path === "/v1/oncall") {
      const schedule = query.get("schedule")?.toLowerCase();
      const fits = SHIFTS.filter((shift) => schedule === undefined || shift.schedule.toLowerCase() === schedule);
      return { status: 200, body: fits };
    }
    if (path === "/v1/schedules")
      return { status: 200, body: SHIFTS.map(({ schedule: name }, at) => ({ id: at + 1, name })) };
    return { status: 404, body: { message: "no such thing" } };
  });
}

/** The document of the rota. */
export function rotaDocument(mode: RotaMode = "ok"): object {
  const text = { type: "string" };
  const shift = {
    type: "object",
    required: ["id", "schedule", "person", "until"],
    properties: { id: text, schedule: text, person: text, until: { type: "string", format: "date-time" } },
    example: SHIFTS[0],
  };
  const list = (items: object) => ({
    200: { description: "A list.", content: { "application/json": { schema: { type: "array", items } } } },
  });
  return {
    openapi: "3.1.0",
    info: { title: mode === "ok" ? "Rota" : "Rota Two", version: "1.0.0", description: "Who is on call." },
    servers: [{ url: `https://${ROTA_HOST}/v1` }],
    paths: {
      "/oncall": {
        get: {
          operationId: "whoIsOnCall",
          summary: "Who is on call",
          description: "Everybody who is on call now, with the schedule and until when.",
          parameters: [
            { name: "schedule", in: "query", required: false, description: "The name of a schedule.", schema: text },
          ],
          responses: list(shift),
        },
      },
      "/schedules": {
        get: {
          operationId: "listSchedules",
          summary: "All schedules",
          responses: list({ type: "object", properties: { id: { type: "integer" }, name: text } }),
        },
      },
    },
  };
}
