import { expect, test } from "vitest";
import type { ApiDescription, ApiOperation } from "#core/evolution/api/api-description.ts";
import { chooseOperations } from "./choose-operations.ts";

const operation = (
  id: string,
  method: ApiOperation["method"],
  path: string,
  more: Partial<ApiOperation> = {},
): ApiOperation => ({
  id,
  title: id.replaceAll(/([A-Z])/g, " $1").toLowerCase(),
  description: "",
  tags: [],
  method,
  server: "https://api.example.com/v1",
  path,
  effect: method === "GET" ? "read" : "write",
  inputs: [],
  protocol: "http",
  answer: { status: 200, content: "json", schema: { type: "object", properties: { id: { type: "string" } } } },
  credentials: [],
  deprecated: false,
  ...more,
});

const api: ApiDescription = {
  kind: "openapi",
  title: "Tickets",
  description: "",
  operations: [
    operation("deletePerson", "DELETE", "/people/{id}"),
    operation("listTicketsOld", "GET", "/tickets-old", { deprecated: true }),
    operation("listTickets", "GET", "/tickets"),
    operation("getTicket", "GET", "/tickets/{id}"),
    operation("createTicket", "POST", "/tickets"),
    operation("listPeople", "GET", "/people"),
    operation("getInvoicePdf", "GET", "/billing/invoices/{id}/pdf"),
  ],
  credentials: [],
  repairs: [],
  refused: [],
};

const chosen = (need?: string): string[] => chooseOperations(api, api.operations, need).map(({ id }) => id);

test("the need chooses the operations", () => {
  expect(chosen("open a new ticket from a message")).toContain("createTicket");
  expect(chosen("who are the people in there?")).toEqual(["listPeople"]);
  expect(chosen("I need invoices")).toEqual(["getInvoicePdf"]);
});

test("a question is served by what only reads, whatever else its words may mean", () => {
  for (const need of ["show me the open tickets", "which new tickets are there", "please list open tickets"]) {
    expect({ need, chosen: chosen(need) }).toMatchObject({ chosen: expect.arrayContaining(["listTickets"]) });
    expect({ need, chosen: chosen(need) }).not.toMatchObject({ chosen: expect.arrayContaining(["createTicket"]) });
  }
  for (const need of ["create a ticket", "add tickets", "show the tickets and open a new one"])
    expect({ need, chosen: chosen(need) }).toMatchObject({ chosen: expect.arrayContaining(["createTicket"]) });
});

test("nothing is deleted that nobody spoke of deleting", () => {
  expect(chosen("list people")).not.toContain("deletePerson");
  expect(chosen("remove a person, people who left")).toContain("deletePerson");
});

test("without a need it is a list and one of its things, and nothing deprecated", () => {
  expect(chosen()).toEqual(["listTickets", "getTicket"]);
  expect(chosen("something else altogether: gardening")).toEqual(["listTickets", "getTicket"]);
});
