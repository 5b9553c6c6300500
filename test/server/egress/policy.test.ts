import { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { openFetcher } from "../../../server/egress/fetcher.ts";
import { openPolicy } from "../../../server/egress/policy.ts";
import { systemClock } from "../../../server/clock.ts";

/** Hosts as a careless or hostile person may write them; each leads somewhere an exporter is not. */
const REFUSED_HOSTS = [
  // loopback
  "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "2130706433", "0x7f000001", "0x7f.1", "0x7f.0.0.1", "0177.0.0.1",
  "017700000001", "127.0.0.1.", "①②⑦.⓪.⓪.①", "127。0。0。1", "%31%32%37.0.0.1", "[::1]", "[0:0:0:0:0:0:0:1]", "[::0001]",
  // IPv4 inside IPv6
  "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[::127.0.0.1]",
  "[::ffff:169.254.169.254]", "[::ffff:0:127.0.0.1]",
  // unspecified and this network
  "0.0.0.0", "0", "0x0", "0.1.2.3", "[::]", "[0::0]",
  // link-local and metadata
  "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "169.254.0.1", "[fe80::1]",
  "[febf::1]", "169.254.170.2", "100.100.100.200", "1684301000", "[fd00:ec2::254]", "[fd20:ce::254]", "192.0.0.192",
  "168.63.129.16", "169.254.0.23",
  // translated and tunnelled
  "[64:ff9b::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::1]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]", "[2001::1]",
  "[2001:0:7f00:1::]",
  // multicast, broadcast, reserved, documentation
  "224.0.0.1", "239.255.255.255", "[ff02::1]", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "[2001:db8::1]",
  "[100::1]", "[fec0::1]", "[4000::1]",
]; // prettier-ignore

test("the list of refused spellings has at least sixty", () => {
  expect(new Set(REFUSED_HOSTS).size).toBeGreaterThanOrEqual(60);
});

test.each(REFUSED_HOSTS)("%s is refused before anything is dialled", async (host) => {
  const dialled: string[] = [];
  const fetcher = openFetcher({
    policy: openPolicy({ allow: [] }),
    clock: systemClock,
    resolve: async (name) => {
      throw Object.assign(new Error(`asked for ${name}`), { code: "ENOTFOUND" });
    },
    connect: (address) => {
      dialled.push(address);
      return new Socket();
    },
  });
  for (const scheme of ["http", "https"]) {
    const url = new URL(`${scheme}://${host}:9400/metrics`);
    const failure = await fetcher
      .get("k", { url, headers: {}, deadlineMs: 50, maxBytes: 1000 })
      .catch((e: unknown) => e);
    expect(failure).toMatchObject({ name: "CollectError", fault: "refused_by_policy" });
  }
  expect(dialled).toEqual([]);
  await fetcher.close();
});

describe("the policy", () => {
  const allowed = (address: string, allow: readonly string[] = [], port = 9400): boolean =>
    openPolicy({ allow }).judge(address, port).allowed;

  test.each([
    "8.8.8.8",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.0.9",
    "100.64.0.1",
    "100.100.100.199",
    "fd00::1",
    "2600::1",
  ])("lets %s through without being told", (address) => expect(allowed(address)).toBe(true));

  test("opens loopback only where it is listed", () => {
    expect(allowed("127.0.0.1", ["127.0.0.0/8"])).toBe(true);
    expect(allowed("::1", ["127.0.0.0/8"])).toBe(false);
    expect(allowed("::ffff:127.0.0.1", ["127.0.0.0/8"])).toBe(false);
    expect(allowed("::1", ["::1"])).toBe(true);
  });

  test("opens a metadata address only when that very address is listed", () => {
    expect(allowed("169.254.169.254", ["169.254.0.0/16"])).toBe(false);
    expect(allowed("169.254.169.254", ["0.0.0.0/0"])).toBe(false);
    expect(allowed("100.100.100.200", ["100.64.0.0/10"])).toBe(false);
    expect(allowed("fd00:ec2::254", ["fc00::/7"])).toBe(false);
    expect(allowed("::ffff:169.254.169.254", ["::ffff:0:0/96"])).toBe(false);
    expect(allowed("169.254.169.254", ["169.254.169.254/32"])).toBe(true);
  });

  test("keeps private networks shut when they must be listed", () => {
    const strict = openPolicy({ allow: ["10.0.0.0/8"], privateNetworks: false });
    expect(strict.judge("10.9.9.9", 9400).allowed).toBe(true);
    expect(strict.judge("192.168.1.1", 9400).allowed).toBe(false);
    expect(strict.judge("fd00::1", 9400).allowed).toBe(false);
    expect(strict.judge("8.8.8.8", 9400).allowed).toBe(true);
  });

  test("never reaches our own database, listed or not, mapped or not", () => {
    const policy = openPolicy({
      allow: ["127.0.0.0/8", "::ffff:0:0/96"],
      refuse: [{ address: "127.0.0.1", port: 5432 }],
    });
    expect(policy.judge("127.0.0.1", 5432).allowed).toBe(false);
    expect(policy.judge("::ffff:127.0.0.1", 5432).allowed).toBe(false);
    expect(policy.judge("127.0.0.1", 9400).allowed).toBe(true);
  });

  test("says which address and why", () => {
    expect(openPolicy({ allow: [] }).judge("127.0.0.1", 1)).toEqual({
      allowed: false,
      because: "127.0.0.1 is loopback and not listed in egress.allow",
    });
  });

  test.each(["10.0.0.0/33", "10.0.0", "0x7f.1", "localhost", "", "::/129"])(
    "refuses %j as an entry of allow",
    (entry) => {
      expect(() => openPolicy({ allow: [entry] })).toThrow(RangeError);
    },
  );
});
