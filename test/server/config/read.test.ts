import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ConfigFault } from "../../../server/config/config.ts";
import { printFaults } from "../../../server/config/print.ts";
import { readConfig } from "../../../server/config/read.ts";

const faultsOf = (text: string, env = {}, canRead?: (file: string) => boolean): readonly ConfigFault[] => {
  const reading = readConfig(text, "dapan.yaml", env, canRead);
  return reading.ok ? [] : reading.faults;
};

const configOf = (text: string, env = {}) => {
  const reading = readConfig(text, "/etc/dapan/dapan.yaml", env);
  if (!reading.ok) throw new Error(printFaults(reading.faults));
  return reading.config;
};

const OIDC = "auth: {signIn: accounts, oidc: [{id:";
const PROXY = "auth: {signIn: accounts, proxy: {from:";
const SOURCE = `sources:\n  - name: a\n    type: `;

describe("each fault names its place, what was read and what was expected", () => {
  // one row: the text, where (line:column), the path, part of what was read, part of what was expected
  test.each<[string, string, string, string, string]>([
    ["listen: {prt: 1}", "1:10", "listen.prt", "prt", "port (did you mean"],
    ["lisen: {port: 1}", "1:1", "lisen", "lisen", "listen (did you mean"],
    ["listen:\n  port: 70700", "2:9", "listen.port", "70700", "a port"],
    ["listen:\n  port: '7070'", "2:9", "listen.port", '"7070"', "a port"],
    ["listen: {host: 'a b'}", "1:16", "listen.host", "a b", "an IP address or a host name"],
    ["listen: {nmes: [a.example]}", "1:10", "listen.nmes", "nmes", "names (did you mean"],
    ["listen: {names: dapan.example}", "1:17", "listen.names", "dapan.example", "a list of host names"],
    ["listen: {names: [https://a.example/]}", "1:18", "listen.names[0]", "https://a.example/", "without a scheme"],
    ["listen: {names: ['a.example:7070']}", "1:18", "listen.names[0]", "a.example:7070", "without a scheme, port"],
    ["listen: {names: ['*.example']}", "1:18", "listen.names[0]", "*.example", "no wildcards"],
    ["listen: {names: [10.0.0.1]}", "1:18", "listen.names[0]", "10.0.0.1", "IP addresses need no entry"],
    ["listen: {host: 300.1.1.1}", "1:16", "listen.host", "300.1.1.1", "an IP address"],
    ["dataDir: 5", "1:10", "dataDir", "5", "a directory"],
    ["dataDir: a\ndatabaseUrl: postgres://x/y", "2:1", "databaseUrl", "(hidden)", "not both"],
    ["databaseUrl: mysql://x/y", "1:14", "databaseUrl", "(hidden)", "a postgres:// address"],
    ["databaseUrl: postgres://me:pw@x/y", "1:14", "databaseUrl", "(hidden)", "without the password"],
    ["databaseUrl: postgres://x/y?password=pw", "1:14", "databaseUrl", "(hidden)", "without the password"],
    ["databasePasswordFile: x", "1:1", "databasePasswordFile", "(hidden)", "databaseUrl beside it"],
    ["timeZone: Asia/Shangai", "1:11", "timeZone", "Asia/Shangai", "an IANA time zone"],
    ["timeZone: +08:00", "1:11", "timeZone", "+08:00", "an IANA time zone"],
    ["currency: cny", "1:11", "currency", "cny", "capitals: CNY"],
    ["currency: RMB", "1:11", "currency", "RMB", "ISO 4217"],
    ["listen: {host: 10.1.2.3}", "1:16", "listen.host", "10.1.2.3", "signIn: accounts"],
    ["listen: {host: console.example}", "1:16", "listen.host", "console.example", "this machine alone"],
    ["listen: {proxies: [10.0.0.1/8]}", "1:20", "listen.proxies[0]", "10.0.0.1/8", "10.0.0.0/8"],
    ["auth: {days: 3}", "1:8", "auth.days", "3", "signIn: accounts"],
    ["auth: {oidc: []}", "1:8", "auth.oidc", "an empty list", "signIn: accounts"],
    [`${OIDC} A, issuer: https://a.example, clientId: d}]}`, "1:38", "auth.oidc[0].id", "A", "a to z"],
    [`${OIDC} a, issuer: a.example, clientId: d}]}`, "1:49", "auth.oidc[0].issuer", "a.example", "an https address"],
    [`${OIDC} a, issuer: http://9.9.9.9, clientId: d}]}`, "1:49", "auth.oidc[0].issuer", "9.9.9.9", "egress.allow"],
    [`${OIDC} a, issuer: https://a.example, client: d}]}`, "1:68", "auth.oidc[0].client", "client", "clientId"],
    [`${PROXY} [10.0.0.0/8]}}`, "1:33", "auth.proxy.userHeader", "nothing", "the name of a header"],
    [`${PROXY} [0.0.0.0/0], userHeader: X-User}}`, "1:41", "auth.proxy.from[0]", "0.0.0.0/0", "not everybody"],
    [`${PROXY} [10.0.0.0/8], userHeader: Cookie}}`, "1:66", "auth.proxy.userHeader", "Cookie", "the name of a header"],
    ["egress: {allow: [10.0.0.0]}", "1:18", "egress.allow[0]", "10.0.0.0", "10.0.0.0/32"],
    ["egress: {allow: [10.0.0.1/8]}", "1:18", "egress.allow[0]", "10.0.0.1/8", "10.0.0.0/8"],
    ["egress: {allow: [10/8]}", "1:18", "egress.allow[0]", "10/8", "a CIDR range"],
    ["egress: {allow: [10.0.0.0/33]}", "1:18", "egress.allow[0]", "10.0.0.0/33", "a CIDR range"],
    ["egress: {allow: ['fd00::1/8']}", "1:18", "egress.allow[0]", "fd00::1/8", "fd00::/8"],
    ["egress: 5", "1:9", "egress", "5", "a mapping"],
    ["labels: {regoin: x}", "1:10", "labels.regoin", "regoin", "region (did you mean"],
    ["labels: {region: '1x'}", "1:18", "labels.region", "1x", "a label name"],
    ["labels: {region: [a, 5]}", "1:22", "labels.region[1]", "5", "a label name"],
    ["labels: {region: {form: a}}", "1:19", "labels.region.form", "form", "from (did you mean"],
    ["labels: {billing: {constant: yearly}}", "1:30", "labels.billing.constant", "yearly", "monthly"],
    ["labels: {billing: {rename: {a: b}}}", "1:32", "labels.billing.rename.a", "b", "monthly"],
    ["labels: {billing: {constant: spot, from: a}}", "1:42", "labels.billing.from", "a", "a label name"],
    ["scrape: {intervalSeconds: 0}", "1:27", "scrape.intervalSeconds", "0", "1 to 300"],
    ["scrape: {timeoutSeconds: 16}", "1:26", "scrape.timeoutSeconds", "16", "not above the interval"],
    ["scrape: {sampleLimit: 1.5}", "1:23", "scrape.sampleLimit", "1.5", "a whole number"],
    ["sources:", "1:9", "sources", "an empty value", "a list of sources"],
    ["sources: [5]", "1:11", "sources[0]", "5", "a mapping with name and type"],
    ["sources: [{name: a}]", "1:11", "sources[0].type", "nothing", "one of static"],
    ["sources: [{type: static, targets: [x]}]", "1:11", "sources[0].name", "nothing", "a name"],
    [`${SOURCE}promethues`, "3:11", "sources[0].type", "promethues", "one of static"],
    [`${SOURCE}static`, "2:5", "sources[0].targets", "nothing", "a list of http"],
    [`${SOURCE}static\n    targets: []`, "4:14", "sources[0].targets", "an empty list", "a list of http"],
    [`${SOURCE}static\n    targets: ["ftp://x"]`, "4:15", "sources[0].targets[0]", "ftp://x", "an http or https"],
    [`${SOURCE}static\n    targets: ["http://x:99999"]`, "4:15", "sources[0].targets[0]", "99999", "an http or https"],
    [
      `${SOURCE}static\n    targets: ["http://u:p@x"]`,
      "4:15",
      "sources[0].targets[0]",
      "(hidden)@x",
      "under credentials",
    ],
    [
      `${SOURCE}static\n    targets: [x]\n    url: http://x`,
      "5:5",
      "sources[0].url",
      "url",
      "http_sd and prometheus do",
    ],
    [`${SOURCE}file_sd\n    files: [a.txt]`, "4:13", "sources[0].files[0]", "a.txt", ".json"],
    [`${SOURCE}file_sd\n    files: ["*/a.json"]`, "4:13", "sources[0].files[0]", "*/a.json", "last part"],
    [`${SOURCE}http_sd\n    url: x`, "4:10", "sources[0].url", "x", "an http or https"],
    [
      `${SOURCE}prometheus\n    url: http://x\n    matchers: ['{']`,
      "5:16",
      "sources[0].matchers[0]",
      "{",
      "a series selector",
    ],
    [
      `${SOURCE}prometheus\n    url: http://x\n    matchers: ['{}']`,
      "5:16",
      "sources[0].matchers[0]",
      "{}",
      "at least one",
    ],
    [`${SOURCE}prometheus\n    url: http://x\n    tenant: a/b`, "5:13", "sources[0].tenant", "a/b", "a tenant"],
    [
      `${SOURCE}prometheus\n    url: http://x\n    backfilDays: 3`,
      "5:5",
      "sources[0].backfilDays",
      "backfilDays",
      "backfillDays",
    ],
    [`${SOURCE}static\n    targets: [x]\n    labels: {a: 5}`, "5:17", "sources[0].labels.a", "5", "a text"],
    [`${SOURCE}static\n    targets: [x]\n    labels: {"a-b": c}`, "5:21", "sources[0].labels.a-b", "c", "a label name"],
    [
      `${SOURCE}static\n    targets: [x]\n    credentials: {username: u}`,
      "5:18",
      "sources[0].credentials",
      "a mapping",
      "passwordFile",
    ],
    [
      `${SOURCE}static\n    targets: [x]\n    credentials: {password: hunter2}`,
      "5:19",
      "sources[0].credentials.password",
      "password",
      "passwordEnv",
    ],
    [
      `${SOURCE}static\n    targets: [x]\n    credentials: {bearerEnv: NOPE}`,
      "5:30",
      "sources[0].credentials.bearerEnv",
      "(hidden)",
      "that is set",
    ],
    ["usageTokenEnv: NOPE", "1:16", "usageTokenEnv", "(hidden)", "that is set"],
    ["usageTokenFile: /dev/null\nusageTokenEnv: HOME", "2:1", "usageTokenEnv", "", "one of usageTokenFile"],
    ["telemetry: {logLevel: verbose}", "1:23", "telemetry.logLevel", "verbose", "one of fatal"],
    ["states: {inference: {idleAfterSeconds: 300}}", "1:40", "states.inference.idleAfterSeconds", "300", "0 to 299"],
    ["states: {other: {busyFrom: 0}}", "1:28", "states.other.busyFrom", "0", "0.001 to 1"],
    ["states: {inference: {startMinutes: 10}}", "1:22", "states.inference.startMinutes", "unknown", "startSeconds"],
    ["states: {serving: {}}", "1:10", "states.serving", "unknown", "one of"],
    ["telemetry: {metrics: yes}", "1:22", "telemetry.metrics", '"yes"', "true or false"],
    ["storage: {slotDays: 0}", "1:21", "storage.slotDays", "0", "whole days"],
    ["a: [1\nb: 2", "2:1", "", "b: 2", "YAML"],
    ["listen: {}\nlisten: {}", "2:1", "", "listen", "Map keys must be unique"],
    ["5", "1:1", "", "5", "a mapping"],
  ])("%s", (text, where, path, read, expected) => {
    const found = faultsOf(text).find((fault) => fault.path === path && `${fault.line}:${fault.column}` === where);
    expect(found, JSON.stringify(faultsOf(text), null, 1)).toBeDefined();
    expect(found?.read).toContain(read);
    expect(found?.expected).toContain(expected);
    expect(found?.example).not.toBe(undefined);
  });
});

describe("faults together", () => {
  test("all come at once, in the order of the file", () => {
    const faults = faultsOf(
      `timeZone: Mars/Base\nlisten: {prot: 1}\nsources:\n  - {name: a, type: static, targets: [x, "ftp://y"]}\n  - {name: a, type: nope}\n  - {name: b, type: prometheus, url: nope}\n`,
    );
    expect(faults.map((f) => f.path)).toEqual([
      "timeZone",
      "listen.prot",
      "sources[0].targets[1]",
      "sources[1].name",
      "sources[1].type",
      "sources[2].url",
    ]);
    expect(faults.map((f) => f.line)).toEqual([1, 2, 4, 5, 5, 6]);
  });

  test("a source called like another is told which one", () => {
    const text = `sources:\n  - {name: a, type: static, targets: [x]}\n  - {name: a, type: static, targets: [y]}`;
    expect(faultsOf(text)).toMatchObject([
      { path: "sources[1].name", expected: expect.stringContaining("sources[0]") },
    ]);
  });

  test("a secret file that cannot be read is a fault, with the path taken from the config's folder", () => {
    const asked: string[] = [];
    const text = `${SOURCE}static\n    targets: [x]\n    credentials: {bearerFile: token}`;
    const faults = faultsOf(text, {}, (file) => {
      asked.push(file);
      return false;
    });
    expect(asked).toEqual([`${process.cwd()}/token`]);
    expect(faults).toMatchObject([{ path: "sources[0].credentials.bearerFile" }]);
  });

  test("a wrong DATABASE_URL is told without showing it", () => {
    const faults = faultsOf("", { DATABASE_URL: "mysql://me:hunter2@x" });
    expect(faults).toMatchObject([{ line: 0, path: "env DATABASE_URL", read: "(hidden)" }]);
  });

  test("an alias bomb and a file without end are refused", () => {
    const bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
    for (let i = 1; i < 9; i++)
      bomb.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(", ")}]`);
    expect(faultsOf(bomb.join("\n"))).toHaveLength(1);
    expect(faultsOf("#".repeat(5_000_000))).toMatchObject([{ read: "5000000 characters" }]);
  });

  test("the print shows file, line, column, what was read, what was expected and an example", () => {
    expect(printFaults(faultsOf("timeZone: Asia/Shangai"))).toBe(
      [
        "1 fault in the configuration:",
        "",
        "dapan.yaml:1:11  timeZone",
        '  read:     "Asia/Shangai"',
        "  expected: an IANA time zone",
        "  example:  timeZone: Asia/Shanghai",
      ].join("\n"),
    );
  });
});

describe("whatever is written", () => {
  test("a reading never throws and always says something", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: "binary" })), (text) => {
        const reading = readConfig(text, "dapan.yaml", {});
        expect(reading.ok || reading.faults.length > 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("a secret is never in a fault", () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9]{12,24}$/).map((s) => `S3${s}`);
    const places = [
      (s: string) => `databaseUrl: postgres://dapan:${s}@db/x`,
      (s: string) => `databaseUrl: "nonsense ${s}"`,
      (s: string) => `${SOURCE}static\n    targets: ["http://u:${s}@x"]`,
      (s: string) => `${SOURCE}prometheus\n    url: http://${s}@x:1:2`,
      (s: string) => `${SOURCE}prometheus\n    url: "http://x:99999/?token=${s}"`,
      (s: string) => `${SOURCE}prometheus\n    url: http://x\n    credentials: {username: u, password: ${s}}`,
      (s: string) => `${SOURCE}prometheus\n    url: http://x\n    credentials: {token: ${s}, bearerFile: [${s}]}`,
      (s: string) => `${SOURCE}prometheus\n    url: http://x\n    credentials: ${s}`,
      (s: string) => `${SOURCE}prometheus\n    url: http://x\n    password: ${s}\n    nope: 1`,
      (s: string) => `password: ${s}: : [`,
      (s: string) => `${SOURCE}static\n    credentials: {password: ${s}\n    targets: [`,
    ];
    fc.assert(
      fc.property(secret, fc.constantFrom(...places), (s, place) => {
        const faults = faultsOf(place(s), { DATABASE_URL: `bad://${s}` });
        expect(faults.length).toBeGreaterThan(0);
        expect(printFaults(faults)).not.toContain(s);
      }),
      { numRuns: 300 },
    );
  });
});

describe("what is understood", () => {
  test("an empty file is a whole config with the documented defaults", () => {
    expect(configOf("")).toMatchObject({
      listen: { host: "127.0.0.1", port: 7070, names: [] },
      database: { kind: "pglite", dataDir: "/etc/dapan/data" },
      timeZone: "UTC",
      currency: "CNY",
      egress: { allow: [], privateNetworks: true },
      sources: [],
      states: {
        inference: { busyFrom: 0.01, idleAfterMs: 60_000, startMs: 600_000 },
        training: { busyFrom: 0.01, idleAfterMs: 240_000, startMs: 1_200_000 },
        notebook: { busyFrom: 0.01, idleAfterMs: 120_000, startMs: 120_000 },
        other: { busyFrom: 0.01, idleAfterMs: 0, startMs: 0 },
      },
      storage: {
        journalMs: 15_000,
        slotDays: 3,
        pointDays: 90,
        hourDays: 35,
        dayMonths: 25,
        eventDays: 400,
        reportFileDays: 400,
      },
      telemetry: { logLevel: "info", metrics: true, serviceName: "dapan" },
    });
  });

  test("what is said of a kind of work changes that and nothing else", () => {
    const { states } = configOf("states: {inference: {idleAfterSeconds: 1.5}}");
    expect(states.inference).toEqual({ busyFrom: 0.01, idleAfterMs: 1_500, startMs: 600_000 });
    expect(states.training.idleAfterMs).toBe(240_000);
  });

  test("DATABASE_URL wins over the file", () => {
    const env = { DATABASE_URL: "postgres://u:p@db/x" };
    expect(configOf("dataDir: x", env).database).toEqual({ kind: "postgres", url: env.DATABASE_URL, password: null });
  });

  test("targets get http and /metrics, source settings win over the common ones", () => {
    const config = configOf(
      `scrape: {intervalSeconds: 30, sampleLimit: 5}\n${SOURCE}static\n    targets: [gpu-1:9400, "https://x/m?a=b"]\n    scrape: {intervalSeconds: 5}\n    labels: {__proto__: x, vendor: v}`,
    );
    const [source] = config.sources;
    expect(source).toMatchObject({
      targets: ["http://gpu-1:9400/metrics", "https://x/m?a=b"],
      scrape: { intervalMs: 5_000, timeoutMs: 5_000, sampleLimit: 5 },
    });
    expect([...(source?.labels ?? [])]).toEqual([
      ["__proto__", "x"],
      ["vendor", "v"],
    ]);
  });

  test("a Prometheus source keeps its matchers, tenant and secret by reference", () => {
    const config = configOf(
      `${SOURCE}prometheus\n    url: https://p/select/0/prometheus/\n    matchers: ['up{job="a"}', '{__name__=~"DCGM_.+",x!="}"}', DCGM_FI_DEV_GPU_UTIL]\n    tenant: a|b\n    credentials: {username: u, passwordEnv: PW}\n    backfillDays: 1.5`,
      { PW: "x" },
    );
    expect(config.sources[0]).toMatchObject({
      kind: "prometheus",
      url: "https://p/select/0/prometheus",
      tenant: "a|b",
      credentials: { kind: "basic", username: "u", password: { kind: "env", name: "PW" } },
      backfillMs: 129_600_000,
      replicaLabels: ["replica", "prometheus_replica"],
      lagMs: 60_000,
    });
  });

  test("the config is frozen", () => {
    const config = configOf(`${SOURCE}static\n    targets: [x]`);
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.sources[0])).toBe(true);
  });
});

test("with accounts any address may be listened on; without, this machine's alone", () => {
  const reads = (text: string) => readConfig(text, "dapan.yaml", {});
  expect(reads("listen: {host: 10.1.2.3}").ok).toBe(false);
  expect(reads("listen: {host: 127.0.0.2}").ok).toBe(true);
  expect(reads("listen: {host: '::1'}").ok).toBe(true);
  const reading = reads("listen: {host: 10.1.2.3}\nauth: {signIn: accounts, days: 2}");
  if (!reading.ok) throw new Error("it was refused");
  expect(reading.config.auth).toMatchObject({
    isOpen: false,
    idleMs: 43_200_000,
    longestMs: 172_800_000,
  });
});

test("a provider is whose house is https, or http where the egress list has it; its secret is never in the configuration", () => {
  const env = { CLIENT_SECRET: "a-secret" };
  const config = configOf(
    `egress: {allow: [127.0.0.0/8]}
auth:
  signIn: accounts
  oidc:
    - {id: a, issuer: "http://127.0.0.1:8080/realm", clientId: d, clientSecretEnv: CLIENT_SECRET, teams: [search]}
    - {id: b, name: Company, issuer: "https://id.example.com/", clientId: d, roles: [finance]}
  proxy: {from: [10.0.0.5/32], userHeader: X-Forwarded-User}`,
    env,
  );
  expect(config.auth.oidc).toMatchObject([
    { id: "a", name: "a", issuer: "http://127.0.0.1:8080/realm", roles: ["viewer"], teams: ["search"] },
    {
      id: "b",
      name: "Company",
      issuer: "https://id.example.com/",
      clientSecret: null,
      roles: ["finance"],
      teams: null,
    },
  ]);
  expect(config.auth.proxy).toMatchObject({ userHeader: "x-forwarded-user", nameHeader: null, roles: ["viewer"] });
  expect(JSON.stringify(config)).not.toContain("a-secret");
});
