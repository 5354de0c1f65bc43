import { expect, test } from "vitest";
import { createValueFormat, minorUnits, unitOf } from "./chart-format.ts";

test.each([
  ["cents are dropped when there are hundreds", [116_623, 80_350], ["$1,166", "$804"]],
  ["cents are kept when amounts are small", [1_250, 399], ["$12.50", "$3.99"]],
  ["whole amounts have no cents", [1_200, 300], ["$12", "$3"]],
  ["amounts below zero keep their sign, and none is “-$0”", [-116_600, -20], ["-$1,166", "$0"]],
])("%s", (_title, values, written) => {
  const write = createValueFormat({ type: "currency", currency: "CAD" }, values);
  expect(values.map(write)).toEqual(written);
});

test("yen have no minor unit, and a currency nobody knows is written as a number", () => {
  expect(minorUnits("JPY")).toBe(1);
  expect(createValueFormat({ type: "currency", currency: "JPY" }, [1_500])(1_500)).toBe("¥1,500");
  expect(createValueFormat({ type: "currency", currency: "1é!" }, [150_000])(150_000)).toBe("1,500");
});

test("numbers keep the digits that tell them apart", () => {
  expect([0.004, 0.001].map(createValueFormat({ type: "number" }, [0.004, 0.001]))).toEqual(["0.004", "0.001"]);
  expect([1000.1, 1000.35].map(createValueFormat({ type: "number" }, [1000.1, 1000.35]))).toEqual([
    "1,000.1",
    "1,000.35",
  ]);
  expect([12.34].map(createValueFormat({ type: "percent" }, [12.34]))).toEqual(["12.3%"]);
});

test("a missing value is a dash, and the unit is named once", () => {
  expect(createValueFormat({ type: "number", unit: "°C" }, [1])(undefined)).toBe("—");
  expect(unitOf({ type: "number", unit: "°C" })).toBe("°C");
  expect(unitOf({ type: "currency", currency: "cad" })).toBe("CAD");
});
