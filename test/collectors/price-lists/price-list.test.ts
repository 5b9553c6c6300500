import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PRICE_BOOK_COLUMNS } from "../../../collectors/price-lists/price-book.ts";
import { alias, bytes, FROM, listOf, read, said } from "./reading.ts";

const BOOK = "vendor,region,model,billing,basis,amount,currency,cards_per_instance,from,to,term_to,list\n";
const CLOUD = "Cloud,GPU Type,GPU Arch,GPUs,GPU RAM,vCPUs,RAM,On-demand,Per-GPU,Spot,Name\n";
const SKYPILOT =
  "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,Price,Region,GpuInfo,SpotPrice,AvailabilityZone\n";
const GPUHUNT =
  "provider,instance_name,location,price,cpu,memory,gpu_count,gpu_name,gpu_memory,spot,disk_size,gpu_vendor\n";

describe("the comparison table of clouds", () => {
  test("on demand and spot are two offers of the whole machine", () => {
    const { offers, issues } = listOf(`${CLOUD}AWS,T4 (16 GB),Turing,4,64,48,192,3.91,0.98,1.31,g4dn.12xlarge\n`);
    expect(said(issues)).toEqual([]);
    expect(offers.map(({ change, perCardMicro }) => [change.selector.billing, change.terms, perCardMicro])).toEqual([
      ["on_demand", machine(3_910_000n, 4), 977_500n],
      ["spot", machine(1_310_000n, 4), 327_500n],
    ]);
    expect(offers[0]?.change).toMatchObject({ isList: true, from: FROM, to: null });
    expect(offers[0]?.change.selector).toMatchObject({ vendor: "AWS", model: "T4", region: "", contract: "" });
  });

  test.each([
    ["AWS,T4 (16 GB),x,1,16,,,0.53,0.53,,", []],
    ["Azure,A100 PCIe 80GB,x,8,640,,,37.18,4.64,,", []], // 4.6475, cut
    ["GCP,K80 (12 GB),x,2,24,,,1.85,0.92,,", ["2 note unknown_model GPU Type «K80 (12 GB)»"]],
    ["Jarvislabs,T4,x,4,64,,,4.4,1.1,,", []],
    ["Oblivus,T4,x,2,32,,,0.82,0.27,,", ["2 error per_card Per-GPU «0.27»"]],
    ["Oblivus,T4,x,2,32,,,0.82,,,", []],
    ["a,T4,x,1,16,,,,0.92361,,", ["2 error blank On-demand «»"]],
    ["a,T4,x,,16,,,1,1,,", ["2 error blank GPUs «»"]],
    ["a,T4,x,0,16,,,1,1,,", ["2 error whole GPUs «0»"]],
    ["a,T4,x,1.5,16,,,1,1,,", ["2 error whole GPUs «1.5»"]],
    ["a,T4,x,4,16,,,4,1,,", ["2 note memory_total GPU RAM «16»"]],
    ["a,T4,x,1,16,,,1,1,1.2,", ["2 note spot_above Spot «1.2»"]],
    ["a,,x,1,16,,,1,1,,", ["2 error blank GPU Type «»"]],
    [",T4,x,1,16,,,1,1,,", ["2 error blank Cloud «»"]],
    ['a,T4,x,1,16,,,"1,234.5",1,,', ["2 error separators On-demand «1,234.5»"]],
    ["a,T4,x,1,16,,,1,1,,name,extra", ["2 error columns  «12»"]],
    ['a,T4,x,1,16,,,1,1,,"open', ['2 error quote_open  «a T4 x 1 16   1 1  "open»']],
  ])("%s", (row, issues) => {
    expect(said(listOf(`${CLOUD}${row}\n`).issues)).toEqual(issues);
  });

  test("a table without a currency is not read until somebody says which it is", () => {
    expect(read(`${CLOUD}a,T4,x,1,16,,,1,1,,\n`, { currency: null })).toMatchObject({
      ok: false,
      fault: { key: "currency_missing" },
    });
  });

  test("a row with an error gives no offer, not even of its good half", () => {
    const { offers } = listOf(`${CLOUD}a,T4,x,1,16,,,1,1,-0.2,\na,T4,x,1,16,,,1,1,0.2,\n`);
    expect(offers.map(({ row }) => row)).toEqual([3, 3]);
  });
});

const machine = (amountMicro: bigint, cards: number) => ({
  basis: "instance_hour",
  currency: "USD",
  amountMicro,
  cardsPerInstance: cards,
  owned: null,
  termTo: null,
});

describe("figures of a price list", () => {
  test.each([
    ["12.5", null],
    ["0.000001", null],
    ["1.234,56", "separators"],
    ["1,234", "separators"],
    ["1 234", "separators"],
    ["¥1,234", "currency_sign"],
    ["$5", "currency_sign"],
    ["5元", "currency_sign"],
    ["USD 5", "currency_sign"],
    ["1e3", "exponent"],
    ["=1+1", "formula"],
    ["+5", "formula"],
    ["@SUM(A1)", "formula"],
    ["0", "zero"],
    ["0.00", "zero"],
    ["-3", "negative"],
    ["(3)", "negative"],
    ["1.2345678", "decimals"],
    ["12345678901234", "too_large"],
    ["NaN", "number"],
    ["n/a", "number"],
    ["１２", "number"],
    [".5", "number"],
    ["5.", "separators"],
    ["", "blank"],
  ])("%j: %s", (amount, key) => {
    const { issues, offers } = listOf(`${BOOK}a,r,T4,on_demand,card_hour,"${amount}",USD,,,,,\n`);
    expect(issues.map((issue) => issue.key)).toEqual(key === null ? [] : [key]);
    expect(offers.length).toBe(key === null ? 1 : 0);
    if (key !== null) expect(issues[0]).toMatchObject({ row: 2, column: "amount", read: amount });
  });
});

describe("Dapan's own table", () => {
  test("every column is taken as it stands", () => {
    const header = PRICE_BOOK_COLUMNS.join(",");
    const row = "v,r,z,c,A10,monthly,C-1,card_month,1500.5,CNY,,2026-11-01,2027-11-01,2027-11-01,no,,,,";
    expect(listOf(`${header}\n${row}\n`).offers[0]?.change).toEqual({
      selector: {
        vendor: "v",
        region: "r",
        zone: "z",
        cluster: "c",
        model: "A10",
        billing: "monthly",
        contract: "C-1",
      },
      isList: false,
      from: Date.UTC(2026, 10, 1),
      to: Date.UTC(2027, 10, 1),
      terms: {
        basis: "card_month",
        currency: "CNY",
        amountMicro: 1_500_500_000n,
        cardsPerInstance: 1,
        owned: null,
        termTo: Date.UTC(2027, 10, 1),
      },
    });
  });

  test("the guard our own CSV puts before a formula is taken off names, and a figure is still no formula", () => {
    const { offers, issues } = listOf(
      `${BOOK}'=va,r,T4,spot,card_hour,1,USD,,,,,\na,r,T4,spot,card_hour,'=1+1,USD,,,,,\n`,
    );
    expect(offers.map(({ change }) => change.selector.vendor)).toEqual(["=va"]);
    expect(said(issues)).toEqual(["3 error formula amount «=1+1»"]);
  });

  test("bought hardware has its own figures", () => {
    const header = "vendor,model,billing,basis,amount,currency,purchase,months,watts,power_price\n";
    expect(listOf(`${header}own,T4,owned,owned,,CNY,9000,36,120,0.8\n`).offers[0]?.change.terms).toMatchObject({
      basis: "owned",
      amountMicro: 0n,
      owned: { purchaseMicro: 9_000_000_000n, months: 36, watts: 120, powerMicroPerKwh: 800_000n },
    });
    expect(said(listOf(`${header}own,T4,owned,owned,,CNY,,36,120,0.8\n`).issues)).toEqual([
      "2 error blank purchase «»",
    ]);
  });

  test("Chinese heads, words and GBK are as good", () => {
    const text = "厂商,卡型,计费方式,计价单位,单价,币种,列表价\n甲,A10,包年包月,卡月,1500,CNY,否\n";
    const gbk: Record<string, number[]> = {};
    const decoder = new TextDecoder("gb18030");
    for (let a = 0x81; a < 0xff; a++)
      for (let b = 0x40; b < 0xff; b++) gbk[decoder.decode(Uint8Array.of(a, b))] ??= [a, b];
    const file = Uint8Array.from(
      Array.from(text).flatMap((char) => (char < "\x80" ? [char.charCodeAt(0)] : (gbk[char] ?? []))),
    );
    for (const made of [bytes(text), file]) {
      const list = listOf(made);
      expect(said(list.issues)).toEqual([]);
      expect(list.offers[0]?.change).toMatchObject({
        selector: { vendor: "甲", model: "A10", billing: "monthly" },
        terms: { basis: "card_month", amountMicro: 1_500_000_000n, currency: "CNY" },
        isList: false,
      });
    }
    expect(listOf(file).encoding).toBe("GBK");
  });

  test.each([
    ["a,r,T4,on_demand,card_hour,1,,,,,,", "currency_missing currency"],
    ["a,r,T4,on_demand,card_hour,1,XXQ,,,,,", "currency_unknown currency"],
    ["a,r,T4,sometimes,card_hour,1,USD,,,,,", "billing billing"],
    ["a,r,T4,spot,per_hour,1,USD,,,,,", "basis basis"],
    ["a,r,T4,spot,,1,USD,,,,,", "blank basis"],
    ["a,r,T4,spot,instance_hour,1,USD,,,,,", "blank cards_per_instance"],
    ["a,r,T4,spot,card_hour,1,USD,,03/04/2026,,,", "date from"],
    ["a,r,T4,spot,card_hour,1,USD,,2026-02-30,,,", "date from"],
    ["a,r,T4,spot,card_hour,1,USD,,2026-11-02,2026-11-02,,", "window to"],
    ["a,r,T4,spot,card_hour,1,USD,,,,,maybe", "flag list"],
    [`${"v".repeat(201)},r,T4,spot,card_hour,1,USD,,,,,`, "too_long vendor"],
  ])("%s: %s", (row, issue) => {
    const { issues, offers } = listOf(`${BOOK}${row}\n`, { currency: null });
    expect(issues.map(({ key, column }) => `${key} ${column}`)).toEqual([issue]);
    expect(offers).toEqual([]);
  });

  test("a blank currency may be said once for all rows", () => {
    expect(listOf(`${BOOK}a,r,T4,spot,card_hour,1,,,,,,\n`).offers[0]?.change.terms.currency).toBe("USD");
  });
});

describe("catalogues of others", () => {
  test("skypilot: USD for the machine, the cloud said by a person, memory from GpuInfo, CPU rows left out", () => {
    const info = `"{'Gpus':[{'Name':'A100','Count':8,'MemoryInfo':{'SizeInMiB':81920}}],'TotalGpuMemoryInMiB':655360}"`;
    const { offers, issues, dialect } = listOf(
      `${SKYPILOT}p4de,A100,8.0,96,1152,40.97,us-east-1,${info},12.5,us-east-1a\nm5,,,4,16,0.2,us-east-1,,,us-east-1a\n` +
        `s,T4,1,4,16,,us-east-1,,0.1,\n`,
      { vendor: "aws" },
    );
    expect(dialect).toBe("skypilot");
    expect(said(issues)).toEqual(["2 note form_assumed AcceleratorName «A100»", "3 note no_cards AcceleratorCount «»"]);
    expect(
      offers.map(({ row, change: { selector } }) => [
        row,
        selector.vendor,
        selector.zone,
        selector.model,
        selector.billing,
      ]),
    ).toEqual([
      [2, "aws", "us-east-1a", "A100-80G-SXM", "on_demand"],
      [2, "aws", "us-east-1a", "A100-80G-SXM", "spot"],
      [4, "aws", "", "T4", "spot"],
    ]);
    expect(read(`${SKYPILOT}p,T4,1,4,16,1,r,,,\n`, { vendor: "" })).toMatchObject({ fault: { key: "vendor_missing" } });
  });

  test("gpuhunt: one row a kind of sale", () => {
    const { offers, dialect } = listOf(
      `${GPUHUNT}lambda,gpu_8x,us-1,23.92,1,1,8,H100,80.0,True,,nvidia\nl,cpu,us-1,1,1,1,0,,,False,,\n`,
    );
    expect(dialect).toBe("gpuhunt");
    expect(
      offers.map(({ change, machine: name }) => [name, change.selector.billing, change.terms.amountMicro]),
    ).toEqual([["gpu_8x", "spot", 23_920_000n]]);
  });
});

test("a table nobody knows says what would be known", () => {
  const reading = read("name,price\na,1\n");
  expect(reading).toMatchObject({ ok: false, fault: { key: "header", read: "name, price" } });
  if (!reading.ok) expect(reading.fault.expected).toContain("price_book: vendor, model, amount");
  expect(read("")).toMatchObject({ ok: false, fault: { key: "empty" } });
  expect(read(BOOK)).toMatchObject({ ok: false, fault: { key: "empty" } });
});

test("lines above the header, a delimiter of another country and an alias are no obstacle", () => {
  const text = `About this file\nsee;the;site\n\n${BOOK.replaceAll(",", ";")}a;r;Weird Card;spot;card_hour;1;USD;;;;;\n`;
  const list = listOf(text.replace("About this file\n", "About;this;file;;;;\n"), {
    aliases: alias("weird-card", "T4"),
  });
  expect(list.offers.map(({ row, change }) => [row, change.selector.model])).toEqual([[5, "T4"]]);
});

describe("whatever the bytes", () => {
  const cell = fc.oneof(
    fc.string({ unit: fc.constantFrom('"', "1", ".", ",", "¥", "=", "-", " ", "a", "\n", "\0"), maxLength: 6 }),
    fc.constantFrom("AWS", "T4", "A100 (80 GB)", "1", "1.5", "USD", "card_hour", "on_demand", "2026-11-01", ""),
  );
  const header = fc.constantFrom(BOOK, CLOUD, SKYPILOT, GPUHUNT, "x,y\n", "");

  test("reading never throws, and every offer and issue names a row that was read", () => {
    fc.assert(
      fc.property(header, fc.array(fc.array(cell, { maxLength: 13 }), { maxLength: 6 }), (head, rows) => {
        const reading = read(head + rows.map((row) => row.join(",")).join("\n"));
        if (!reading.ok) return;
        const known = new Set(reading.list.rows);
        for (const { row } of [...reading.list.offers, ...reading.list.issues]) expect(known.has(row)).toBe(true);
        const wrong = new Set(reading.list.issues.filter(({ level }) => level === "error").map(({ row }) => row));
        for (const { row, change } of reading.list.offers) {
          expect(wrong.has(row)).toBe(false);
          expect(change.terms.amountMicro > 0n || change.terms.owned !== null).toBe(true);
        }
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (file) => void read(file)));
  });

  test("a bad row is found by the number it has, wherever it is put", () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), fc.constantFrom("=1", "1,5", "¥2", "-1", "0"), (before, after, wrong) => {
        const good = (n: number) =>
          Array.from({ length: n }, (_, i) => `v${i},r,"two\nlines",spot,card_hour,1,USD,,,,,\n`);
        const bad = `v,r,T4,spot,card_hour,"${wrong}",USD,,,,,\n`;
        const list = listOf(BOOK + good(before).join("") + bad + good(after).join(""));
        expect(list.issues.filter(({ level }) => level === "error").map(({ row }) => row)).toEqual([before + 2]);
        expect(list.offers.length).toBe(before + after);
      }),
    );
  });
});
