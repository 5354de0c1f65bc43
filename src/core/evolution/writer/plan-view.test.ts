import { expect, test } from "vitest";
import type { ApiOperation, ApiSchema } from "#core/evolution/api/api-description.ts";
import { planView } from "./plan-view.ts";

const TEXT: ApiSchema = { type: "string" };
const NUMBER: ApiSchema = { type: "number" };
const thing = (properties: Record<string, ApiSchema>): ApiSchema => ({ type: "object", properties });
const list = (properties: Record<string, ApiSchema>): ApiSchema => ({ type: "array", items: thing(properties) });

const stock = (schema: ApiSchema): ApiOperation => ({
  id: "getStock",
  title: "Pieces in stock",
  description: "",
  tags: [],
  method: "GET",
  server: "https://api.example.com",
  path: "/articles/{sku}/stock",
  effect: "read",
  inputs: [{ name: "sku", in: "path", at: [], required: true, description: "", schema: TEXT }],
  protocol: "http",
  answer: { status: 200, content: "json", schema },
  credentials: [],
  deprecated: false,
});

test("what stands one level deeper is shown by both its names", () => {
  const deep = {
    status: TEXT,
    location: thing({ city: TEXT, at: thing({ lat: NUMBER }) }),
    owner: thing({ name: TEXT, age: NUMBER }),
  };
  const shown = [
    { label: "Status", at: ["status"] },
    { label: "Location city", at: ["location", "city"] },
    { label: "Owner", at: ["owner", "name"] },
  ];
  expect(planView(stock(thing(deep)))).toMatchObject({ kind: "object", columns: shown });
  expect(planView(stock(list(deep)))).toMatchObject({ kind: "list", columns: shown });
});

test("what stands deeper never takes the place of what a thing says of itself", () => {
  const own = Object.fromEntries(["a", "b", "c", "d", "e", "f"].map((name) => [name, TEXT]));
  const view = planView(stock(list({ deeper: thing({ g: TEXT, password: TEXT }), ...own })));
  expect(view).toMatchObject({ columns: ["a", "b", "c", "d", "e", "f"].map((name) => ({ at: [name] })) });
});

test("a list is the answer though what was asked with is said again, or little else is said", () => {
  const pieces = list({ warehouse: TEXT, pieces: NUMBER });
  const found = { kind: "list", at: ["data", "stock"] };
  expect(planView(stock(thing({ data: thing({ sku: TEXT, stock: pieces }) })))).toMatchObject(found);
  expect(planView(stock(thing({ data: thing({ article: TEXT, stock: pieces }) })))).toMatchObject(found);
});

test("a thing with a list that nobody asked for stays a thing", () => {
  const view = planView(stock(thing({ article: TEXT, price: NUMBER, suppliers: list({ name: TEXT }) })));
  expect(view).toMatchObject({ kind: "object", columns: [{ at: ["article"] }, { at: ["price"] }] });
});
