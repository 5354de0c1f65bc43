import { sql } from "kysely";
import { expect, test } from "vitest";
import { createCommitGroup } from "./commit-group.ts";
import { openSqlite } from "./open.ts";

test("when the disk is full writes fail by that name, none is half done, and with space again they go on", async () => {
  const db = await openSqlite(":memory:");
  const write = createCommitGroup(db);
  const put = (key: string, value: string) =>
    write(async (inside) => {
      await inside.insertInto("settings").values({ key, value_json: value }).execute();
      await inside.insertInto("blobs").values({ key, value, created_at: 0 }).execute();
    });
  const pages = await sql<{ page_count: number }>`pragma page_count`.execute(db);
  await sql`pragma max_page_count = ${sql.raw(String((pages.rows[0]?.page_count ?? 0) + 2))}`.execute(db);
  const big = "x".repeat(100_000);
  const outcomes = await Promise.allSettled([put("big", big), put("bigger", big + big)]);
  expect(outcomes).toMatchObject([
    { status: "rejected", reason: { code: "disk_full" } },
    { status: "rejected", reason: { code: "disk_full" } },
  ]);
  expect(await db.selectFrom("settings").select("key").execute()).toEqual([]);

  await sql`pragma max_page_count = 10000`.execute(db);
  await put("big", big);
  expect(await db.selectFrom("blobs").select("key").execute()).toEqual([{ key: "big" }]);
  await db.destroy();
});

test("a hundred writes at once are all done, in the order they were asked for", async () => {
  const db = await openSqlite(":memory:");
  const write = createCommitGroup(db);
  const order: number[] = [];
  const all = Array.from({ length: 100 }, (_, index) =>
    write(async (inside) => {
      await inside
        .insertInto("settings")
        .values({ key: String(index), value_json: "0" })
        .execute();
      order.push(index);
    }),
  );
  await Promise.all(all);
  expect(order).toEqual([...order.keys()]);
  expect(await db.selectFrom("settings").select("key").execute()).toHaveLength(100);
  await db.destroy();
});
