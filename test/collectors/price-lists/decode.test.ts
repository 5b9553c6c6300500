import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeTable } from "../../../collectors/price-lists/decode.ts";

const TEXT = "厂商,单价\n甲,12.5\n";
const GBK = Uint8Array.from([
  0xb3, 0xa7, 0xc9, 0xcc, 0x2c, 0xb5, 0xa5, 0xbc, 0xdb, 0x0a, 0xbc, 0xd7, 0x2c, 0x31, 0x32, 0x2e, 0x35, 0x0a,
]);
const utf16 = (text: string, isBig: boolean): Uint8Array => {
  const made = Buffer.from(text, "utf16le");
  return isBig ? made.swap16() : made;
};

describe("a file's text", () => {
  test.each([
    ["UTF-8", Buffer.from(TEXT)],
    ["UTF-8", Buffer.from(`\uFEFF${TEXT}`)],
    ["UTF-16LE", utf16(`\uFEFF${TEXT}`, false)],
    ["UTF-16BE", utf16(`\uFEFF${TEXT}`, true)],
    ["GBK", GBK],
  ])("%s is told by its bytes", (encoding, file) => {
    expect(decodeTable(file)).toEqual({ ok: true, text: TEXT, encoding });
  });

  test.each([
    ["UTF-16LE", false],
    ["UTF-16BE", true],
  ])("%s without a mark is told by its zeros", (encoding, isBig) => {
    expect(decodeTable(utf16("vendor,model\na,T4\n", isBig))).toEqual({
      ok: true,
      text: "vendor,model\na,T4\n",
      encoding,
    });
  });

  test("bytes that are no text are refused with their row and byte", () => {
    const wrong = Buffer.concat([Buffer.from("vendor,amount\na,1\nb,"), Buffer.from([0xff, 0xff]), Buffer.from("\n")]);
    const read = decodeTable(wrong);
    expect(read).toMatchObject({ ok: false, fault: { key: "encoding", row: 3, at: 20, read: "0xff" } });
  });

  test.each([
    ["a workbook", Buffer.from("PK\u0003\u0004xxxx")],
    ["an old workbook", Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1])],
    ["zeros", Buffer.from([1, 2, 0, 3])],
  ])("%s is said to be one", (_, file) => {
    expect(decodeTable(file)).toMatchObject({ ok: false, fault: { key: "binary" } });
  });

  test("never throws, and every UTF-8 text without a zero is itself", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (file) => void decodeTable(file)));
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        fc.pre(
          !text.includes("\0") && !text.startsWith("%PDF") && !text.startsWith("\uFEFF") && !text.startsWith("PK"),
        );
        expect(decodeTable(Buffer.from(text))).toMatchObject({ ok: true, text });
      }),
    );
  });
});
