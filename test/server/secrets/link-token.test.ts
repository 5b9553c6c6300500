import { describe, expect, test } from "vitest";
import { unixMs } from "../../../db/model/units.ts";
import { linkToken, readLinkToken } from "../../../server/secrets/link-token.ts";
import { testBox } from "../../tools/test-box.ts";

const box = testBox(1);

describe("a link", () => {
  const now = unixMs(1_795_312_920_000);
  const claim = { act: "ack", incidentId: 41, channelId: 3 } as const;
  const token = linkToken(box, claim, unixMs(now + 1));

  test("allows what it was made for until it expires", () => {
    expect(readLinkToken(box, token, now)).toEqual(claim);
    expect(readLinkToken(box, token, unixMs(now + 1))).toBeNull();
    expect(token).toMatch(/^[\w.-]+$/);
  });

  test("that was changed anywhere, or signed by another, allows nothing", () => {
    for (let i = 0; i < token.length; i++) {
      for (const char of ["0", "9", "A", "."]) {
        if (token[i] === char) continue;
        expect(readLinkToken(box, `${token.slice(0, i)}${char}${token.slice(i + 1)}`, now)).toBeNull();
      }
    }
    expect(readLinkToken(testBox(2), token, now)).toBeNull();
    for (const strange of ["", ".", "ack", `${token}x`, token.replace("ack", "mute"), token.repeat(100)])
      expect(readLinkToken(box, strange, now)).toBeNull();
  });
});
