import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../db/model/time.ts";
import { type Format, makeFormat } from "../../web/lib/format.ts";
import { roundHours } from "../../web/lib/round-hours.ts";

const en = makeFormat("en", "Asia/Shanghai");
const zh = makeFormat("zh", "Asia/Shanghai");
const AT = Date.UTC(2026, 10, 22, 1, 41, 15);

describe("a figure", () => {
  test("that nobody said is a dash, not a zero", () => {
    for (const text of [
      en.percent(null),
      en.bytes(null),
      en.watts(null),
      en.celsius(null),
      en.time(null),
      en.decimal(null),
    ])
      expect(text).toBe("–");
    expect(en.percent(0)).toBe("0.0%");
  });

  test("of coverage is never rounded up to whole", () => {
    expect(en.coverage(0.99999)).toBe("99.99%");
    expect(en.coverage(1)).toBe("100.00%");
  });

  test("of memory carries its unit once", () => {
    expect(en.bytesOf(48.9 * 2 ** 30, 80 * 2 ** 30)).toBe("48.9 / 80 GiB");
    expect(en.bytesOf(48.9 * 2 ** 30, null)).toBe("48.9 GiB");
    expect(en.bytesOf(null, 80 * 2 ** 30)).toBe("–");
  });
});

describe("a time", () => {
  test("is told in the fleet's zone, not the machine's", () => {
    expect(en.time(AT)).toBe("09:41:15");
    expect(en.offset(AT)).toBe("+08:00");
    expect(makeFormat("en", "America/New_York").offset(AT)).toBe("-05:00");
  });

  test("in a zone this browser does not know is told in UTC, and says so", () => {
    const lost = makeFormat("en", "Mars/Olympus");
    expect([lost.time(AT), lost.offset(AT)]).toEqual(["01:41:15", "+00:00"]);
  });

  test("under an hour ago is relative, later it is the clock, and past half a day it has its date", () => {
    expect(zh.ago(AT - 12_000, AT)).toBe("12秒前");
    expect(zh.ago(AT - 5 * 60_000, AT)).toBe("5分钟前");
    expect(zh.ago(AT - 2 * HOUR_MS, AT)).toBe("07:41");
    expect(zh.ago(AT - 20 * HOUR_MS, AT)).toContain("11月21日");
  });

  test("of another year says which", () => {
    const [zh, en] = (["zh", "en"] as const).map((lang) => makeFormat(lang, "Asia/Shanghai", "–", () => AT)) as [Format, Format]; // prettier-ignore
    expect([en.dateTime(AT), zh.dateTime(AT)]).toEqual(["22 Nov, 09:41:15", "11月22日 09:41:15"]);
    const later = AT + 90 * 24 * HOUR_MS;
    expect([en.dateTime(later), zh.dateTime(later)]).toEqual(["20 Feb 2027, 09:41:15", "2027年2月20日 09:41:15"]);
  });

  test("a little ahead of ours is now: clocks slip", () => {
    expect(en.ago(AT + 3_000, AT)).toBe(en.ago(AT, AT));
  });

  test("axis is labelled at whole hours of the fleet's zone, half-hour zones too", () => {
    const kolkata = makeFormat("en", "Asia/Kolkata");
    const ticks = roundHours(AT - 24 * HOUR_MS, AT, 4, kolkata.minute).map(kolkata.minute);
    expect(ticks).toEqual(["08:00", "12:00", "16:00", "20:00", "00:00", "04:00"]);
  });
});

describe("money", () => {
  const [zh, en] = [makeFormat("zh", "UTC"), makeFormat("en", "UTC")];

  test("is rounded once, half to even, to the minor unit of its currency", () => {
    expect(en.money("1234500000", "CNY")).toBe("¥1,234.50");
    expect([en.money("125000", "USD"), en.money("135000", "USD")]).toEqual(["$0.12", "$0.14"]);
    expect(en.money("1500000", "JPY")).toBe("¥2");
    expect(en.money(-1n, "USD")).toBe("$0.00");
  });

  test("past what a float holds stays exact", () => {
    expect(en.money("9007199254740993010000", "USD")).toBe("$9,007,199,254,740,993.01");
  });

  test("is short where the reader's language is short", () => {
    expect(zh.moneyCompact("123456000000", "CNY")).toBe("¥12.3万");
    expect(en.moneyCompact("123456000000", "CNY")).toBe("¥123k");
  });

  test("that nobody knows is a dash", () => {
    expect(zh.money(null, "CNY")).toBe("–");
  });
});
