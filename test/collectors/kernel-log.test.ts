import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pciPlace, readKernelLines } from "../../collectors/kernel-log.ts";

const one = (...lines: string[]) => readKernelLines(lines).facts;
const short = (...lines: string[]) => one(...lines).map(({ kind, code, place }) => [kind, code, place]);

describe("forms of the driver's lines", () => {
  test.each<[string, string, unknown[]]>([
    [
      "new",
      "NVRM: Xid (PCI:0000:3b:00): 79, pid=1234, name=python, GPU has fallen off the bus.",
      ["xid", 79, "0:3b:00"],
    ],
    ["of a MIG instance", "NVRM: Xid (PCI:0000:01:00 GPU-I:05): 13, pid=7, Graphics Exception", ["xid", 13, "0:01:00"]],
    ["old, without PCI:", "NVRM: Xid (0000:03:00): 14, Channel 00000001", ["xid", 14, "0:03:00"]],
    ["with a long domain", "NVRM: Xid (PCI:0008:01:00): 48, pid='<unknown>', DBE", ["xid", 48, "8:01:00"]],
    ["with a function", "NVRM: Xid (PCI:0000:3b:00.0): 31, pid=1", ["xid", 31, "0:3b:00"]],
    [
      "recovery action",
      "NVRM: Xid (PCI:0000:9b:00): 154, GPU recovery action changed from 0x0 (None) to 0x1 (GPU Reset Required)",
      ["xid", 154, "0:9b:00"],
    ],
    ["fallen off, with a domain", "NVRM: GPU 0000:29:00.0: GPU has fallen off the bus.", ["xid", 79, "0:29:00"]],
    ["fallen off, without one", "NVRM: GPU 29:00.0: GPU has fallen off the bus.", ["xid", 79, "0:29:00"]],
    ["fallen off, older words", "NVRM: GPU at 0000:29:00.0 has fallen off the bus.", ["xid", 79, "0:29:00"]],
    [
      "of an NVSwitch",
      "nvidia-nvswitch0: SXid (PCI:0000:c5:00.0): 12028, Non-fatal, Link 32 egress non-posted PRIV error (First)",
      ["switch", 12028, "0:c5:00"],
    ],
  ])("%s", (_, line, fact) => {
    expect(short(line)).toEqual([fact]);
    expect(short(`[12345.678901] ${line}`)).toEqual([fact]);
  });

  const three = [
    "[ 99.000001] NVRM: The NVIDIA GPU 0000:99:00.0",
    "[ 99.000002] NVRM: (PCI ID: 10de:2330) installed in this system has",
    "[ 99.000003] NVRM: fallen off the bus and is not responding to commands.",
  ];
  test("in three lines, also when they come in two pieces", () => {
    expect(short(...three)).toEqual([["xid", 79, "0:99:00"]]);
    const begun = readKernelLines(three.slice(0, 1));
    expect(begun.facts).toEqual([]);
    expect(readKernelLines(three.slice(1), begun.carry).facts).toHaveLength(1);
    expect(readKernelLines(three.slice(1)).facts).toEqual([]); // of which card nobody said
    const others = Array.from({ length: 9 }, () => "usb 1-1: new device");
    expect(short(three[0]!, ...others, three[2]!)).toEqual([]);
  });

  test.each([
    "",
    "NVRM: loading NVIDIA UNIX x86_64 Kernel Module  550.127.08",
    "NVRM: Xid (PCI:0000:3b:00): , pid=1",
    "NVRM: Xid (PCI:zz:3b:00): 79",
    "NVRM: Xid (PCI:0000:3b:00): 0, nothing",
    "NVRM: Xid (PCI:0000:3b:00): 99999999, no code",
    "user said: Xid 79",
  ])("says nothing: %j", (line) => expect(one(line)).toEqual([]));
});

describe("when and where", () => {
  const XID = "NVRM: Xid (PCI:0000:3b:00): 79, pid=1";
  test.each<[string, string, number | null, string, string, boolean]>([
    ["dmesg", `[12345.678901] ${XID}`, null, "", `[12345.678901] ${XID}`, true],
    ["dmesg, young", `[    5.678901] ${XID}`, null, "", `[5.678901] ${XID}`, true],
    ["dmesg -T", `[Mon Jan  5 12:00:00 2026] ${XID}`, null, "", XID, false],
    ["/dev/kmsg", `3,1234,5678901234,-;${XID}`, null, "", `[5678.901234] ${XID}`, true],
    ["syslog", `Jan  5 12:00:00 gpu-a17 kernel: [99.5] ${XID}`, null, "gpu-a17", `[99.5] ${XID}`, true],
    ["journald", `2026-01-05T20:00:00+0800 gpu-a17 kernel: ${XID}`, Date.UTC(2026, 0, 5, 12), "gpu-a17", XID, false],
    [
      "RFC 3339",
      `2026-01-05T12:00:00.250Z gpu-a17.example kernel: ${XID}`,
      Date.UTC(2026, 0, 5, 12) + 250,
      "gpu-a17.example",
      XID,
      false,
    ],
    ["dmesg, iso", `2026-01-05T12:00:00,250000+00:00 ${XID}`, Date.UTC(2026, 0, 5, 12) + 250, "", XID, false],
    ["a day there is none of", `2026-13-45T12:00:00Z ${XID}`, null, "", XID, false],
    ["nothing", XID, null, "", XID, false],
  ])("%s", (_, line, at, host, detail, isCounted) => {
    expect(one(line)).toEqual([{ kind: "xid", code: 79, place: "0:3b:00", at, host, detail, isCounted }]);
  });

  test("words are cut, and hold no control characters", () => {
    const [fact] = one(`${XID}\u0000\u001b[31m ${"x".repeat(9_000)}`);
    expect(fact!.detail).toHaveLength(300);
    expect(fact!.detail).not.toMatch(/[\p{C}]/u);
  });
});

test("PCI addresses of the kernel, of DCGM and of npu-exporter are one", () => {
  for (const text of ["0000:3b:00", "00000000:3B:00.0", "0000:3B:00.0", "3b:00", "3b:00.0"])
    expect(pciPlace(text)).toBe("0:3b:00");
  expect(pciPlace("00000008:01:00.0")).toBe("8:01:00");
  for (const text of ["", "index:3", "3b", "0000:3b:00.9", "0000:3b:00:00:00"]) expect(pciPlace(text)).toBeNull();
});

test("no text makes it stumble or take long", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 60 })), (lines) => {
      const noise = lines.map((line) => `NVRM: ${line}`);
      expect(readKernelLines(noise).facts.every(({ detail }) => detail.length <= 300)).toBe(true);
    }),
  );
  const began = process.cpuUsage().user;
  for (const filler of ["(", "PCI:", "0:", "[", " ", "NVRM: "]) one(`NVRM: Xid (${filler.repeat(200_000)}`);
  expect(process.cpuUsage().user - began).toBeLessThan(1e6);
});
