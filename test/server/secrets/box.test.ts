import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { unixMs } from "../../../db/model/units.ts";
import { openBox, SealError } from "../../../server/secrets/box.ts";
import { openChannel, sealChannel } from "../../../server/secrets/channel-secrets.ts";
import { openInstallationBox } from "../../../server/secrets/key.ts";
import { linkToken, readLinkToken } from "../../../server/secrets/link-token.ts";

const material = (fill: number) => new Uint8Array(32).fill(fill);
const box = openBox(material(1));
const SECRETS = { url: "https://open.feishu.cn/open-apis/bot/v2/hook/abc", secret: "大盘\0", previousSecret: "" };

describe("a sealed text", () => {
  test("opens as it was, never looks the same twice, and shows nothing of itself", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const [one, other] = [box.seal(text, "p"), box.seal(text, "p")];
        expect(box.open(one, "p")).toBe(text);
        expect(Buffer.from(one).equals(other)).toBe(false);
        if (text.length > 4) expect(Buffer.from(one).includes(text)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  test("that was changed in any bit, cut, sealed for another purpose or with another key does not open", () => {
    const sealed = box.seal("secret", "channel");
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Uint8Array.from(sealed);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => box.open(changed, "channel")).toThrow(SealError);
    }
    for (let length = 0; length < sealed.length; length++)
      expect(() => box.open(sealed.slice(0, length), "channel")).toThrow(SealError);
    expect(() => box.open(sealed, "other")).toThrow(SealError);
    expect(() => openBox(material(2)).open(sealed, "channel")).toThrow(/another key/);
  });

  test("holds a channel's secrets", () => {
    expect(openChannel(box, sealChannel(box, SECRETS))).toEqual(SECRETS);
  });
});

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
    expect(readLinkToken(openBox(material(2)), token, now)).toBeNull();
    for (const strange of ["", ".", "ack", `${token}x`, token.replace("ack", "mute"), token.repeat(100)])
      expect(readLinkToken(box, strange, now)).toBeNull();
  });
});

describe("the key of an installation", () => {
  const dir = mkdtempSync(join(tmpdir(), "dapan-key-"));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const pglite = { secretKey: null, database: { kind: "pglite", dataDir: dir } } as const;

  test("is made at the first start, readable by nobody else, and stays", async () => {
    const boxes = await Promise.all([openInstallationBox(pglite, {}), openInstallationBox(pglite, {})]); // two at once
    const sealed = boxes[0]!.seal("x", "p");
    expect(boxes[1]!.open(sealed, "p")).toBe("x");
    expect((await openInstallationBox(pglite, {}))!.open(sealed, "p")).toBe("x");
    expect(readdirSync(dir)).toEqual(["secret.key"]);
    expect(statSync(join(dir, "secret.key")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(dir, "secret.key"), "utf8").trim()).toHaveLength(44);
  });

  test("that others can read is refused, with the way out", async () => {
    chmodSync(join(dir, "secret.key"), 0o644);
    await expect(openInstallationBox(pglite, {})).rejects.toThrow(/chmod 600/);
    chmodSync(join(dir, "secret.key"), 0o600);
  });

  test("is the configured one where there is one; PostgreSQL has none of its own", async () => {
    const postgres = { kind: "postgres", url: "postgres://x/y", password: null } as const;
    expect(await openInstallationBox({ secretKey: null, database: postgres }, {})).toBeNull();
    const env = { kind: "env", name: "K" } as const;
    const key = "0123456789012345678901234567890123456789";
    const [a, b] = [
      await openInstallationBox({ secretKey: env, database: postgres }, { K: key }),
      await openInstallationBox({ secretKey: env, database: pglite.database }, { K: key }),
    ];
    expect(b!.open(a!.seal("x", "p"), "p")).toBe("x");
    await expect(openInstallationBox({ secretKey: env, database: postgres }, { K: "short" })).rejects.toThrow(
      /at least 32/,
    );
    const file = join(dir, "configured");
    writeFileSync(file, `${key}\n`);
    const named = await openInstallationBox({ secretKey: { kind: "file", path: file }, database: postgres }, {});
    expect(named!.open(a!.seal("x", "p"), "p")).toBe("x");
  });
});
