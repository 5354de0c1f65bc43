import { expect, test } from "vitest";
import { createFairQueue } from "./fair-queue.ts";

const items = (org: string, count: number) => Array.from({ length: count }, (_, n) => ({ org, n }));

test("an org with many calls does not keep another waiting", () => {
  const queue = createFairQueue<{ org: string; n: number }>();
  for (const item of [...items("big", 4), ...items("small", 1)]) queue.add(item);
  const served: string[] = [];
  queue.serve((item) => served.push(`${item.org} ${item.n}`) > 0);
  expect(served).toEqual(["big 0", "small 0", "big 1", "big 2", "big 3"]);
  expect(queue.size()).toBe(0);
});

test("who was served last time goes behind those who were not", () => {
  const queue = createFairQueue<{ org: string; n: number }>();
  for (const item of [...items("a", 2), ...items("b", 2)]) queue.add(item);
  const serveOne = (): string => {
    let served = "";
    queue.serve((item) => {
      if (served !== "") return false;
      served = `${item.org} ${item.n}`;
      return true;
    });
    return served;
  };
  expect([serveOne(), serveOne(), serveOne(), serveOne(), serveOne()]).toEqual(["a 0", "b 0", "a 1", "b 1", ""]);
});

test("who gives up waiting is not served", () => {
  const queue = createFairQueue<{ org: string; n: number }>();
  const [first, second] = [
    { org: "a", n: 0 },
    { org: "a", n: 1 },
  ];
  queue.add(first);
  queue.add(second);
  expect(queue.remove(first)).toBe(true);
  expect(queue.remove(first)).toBe(false);
  expect(queue.drain()).toEqual([second]);
  expect(queue.size()).toBe(0);
});

test("who has just had a turn goes behind whoever comes, even when none of it waited meanwhile", () => {
  const queue = createFairQueue<{ org: string; n: number }>();
  const served: string[] = [];
  const serveAll = (): void => queue.serve((item) => served.push(item.org) > 0);
  queue.add({ org: "often", n: 0 });
  serveAll();
  queue.add({ org: "often", n: 1 });
  queue.add({ org: "seldom", n: 0 });
  serveAll();
  expect(served).toEqual(["often", "seldom", "often"]);
});

test("a line can be cleared in part", () => {
  const queue = createFairQueue<{ org: string; n: number }>();
  for (const item of [...items("a", 3), ...items("b", 2)]) queue.add(item);
  expect(queue.drain(({ n }) => n === 1)).toEqual([
    { org: "a", n: 1 },
    { org: "b", n: 1 },
  ]);
  expect([queue.size(), queue.sizeOf("a"), queue.sizeOf("b"), queue.sizeOf("c")]).toEqual([3, 2, 1, 0]);
  expect(queue.orgs()).toEqual(["a", "b"]);
});
