import { type UnixMs, unixMs } from "../db/model/units.ts";

/** What a line of a kernel's log says of an accelerator (facts/xid.md, "Where an XID can come from"). */
export type KernelFact = {
  readonly kind: "xid" | "switch"; // switch: an SXid of an NVSwitch, which is no card's own
  readonly code: number;
  readonly place: string; // PCI place as `pciPlace` spells it; of a switch its own
  /** When, as the line says; null = it says no instant of any calendar, so the receiver's clock has to do. */
  readonly at: UnixMs | null;
  readonly host: string; // that the line names; "" = it does not
  readonly detail: string; // the kernel's words, with its seconds since boot where it prints them
  readonly isCounted: boolean; // seconds since boot are in `detail`: the same detail twice is the same line twice
};

/** Begun and not told to the end: the driver needs three lines to say that a card fell off the bus. */
export type KernelCarry = { readonly place: string; readonly lines: number } | null;

export type KernelRead = { readonly facts: readonly KernelFact[]; readonly carry: KernelCarry };

/** A kernel's line is at most a kilobyte; what follows in a longer one is no message of a driver's. "ours" */
const MOST_CHARS = 4_096;
const MOST_DETAIL = 300;
/** The XID that says a card fell off the bus: given to the forms that say it without a number. */
const OFF_THE_BUS = 79;
/** Far above any XID or SXid NVIDIA lists. */
const MOST_CODE = 100_000;
/** The second and third line follow at once; other messages may come in between. "ours" */
const MOST_BETWEEN = 4;

const PCI = "(?:[0-9a-fA-F]{4,8}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}";
const XID = new RegExp(`NVRM: Xid \\((?:PCI:)?(${PCI})(?:\\.\\d)?(?: GPU-I:(\\d+))?\\): (\\d+)`);
const FELL = new RegExp(`NVRM: GPU (?:at )?(?:PCI:)?(${PCI})(?:\\.\\d)?:? (?:GPU )?has fallen off the bus`);
const THE_GPU = new RegExp(`NVRM: The NVIDIA (?:probe routine|GPU) (${PCI})`);
const NOT_RESPONDING = /NVRM: .*fallen off the bus and is not responding/;
const SWITCH = new RegExp(`nvidia-nvswitch\\d*: SXid \\(PCI:(${PCI})(?:\\.\\d)?\\): (\\d+)`);

/**
 * The facts in some lines of one kernel's log, in order; lines that say nothing of a card are passed over.
 * @param before what the lines before left unfinished
 */
export function readKernelLines(lines: readonly string[], before: KernelCarry = null): KernelRead {
  const facts: KernelFact[] = [];
  let carry = before;
  for (const whole of lines) {
    const line = whole.slice(0, MOST_CHARS);
    const began = THE_GPU.exec(line);
    if (began) {
      carry = { place: pciPlace(began[1]!) ?? "", lines: 0 };
      continue;
    }
    const isEnd = carry !== null && NOT_RESPONDING.test(line);
    const found = isEnd ? { kind: "xid" as const, code: OFF_THE_BUS, pci: carry!.place } : codeIn(line);
    const place = found === null ? null : pciPlace(found.pci);
    if (found !== null && place !== null && found.code > 0 && found.code <= MOST_CODE)
      facts.push({ kind: found.kind, code: found.code, place, ...whenAndWhere(line) });
    if (isEnd) carry = null;
    else if (carry !== null) carry = carry.lines >= MOST_BETWEEN ? null : { ...carry, lines: carry.lines + 1 };
  }
  return { facts, carry };
}

function codeIn(
  line: string,
): { readonly kind: KernelFact["kind"]; readonly code: number; readonly pci: string } | null {
  const xid = XID.exec(line);
  if (xid) return { kind: "xid", code: Number(xid[3]), pci: xid[1]! };
  const fell = FELL.exec(line);
  if (fell) return { kind: "xid", code: OFF_THE_BUS, pci: fell[1]! };
  const ofSwitch = SWITCH.exec(line);
  return ofSwitch ? { kind: "switch", code: Number(ofSwitch[2]), pci: ofSwitch[1]! } : null;
}

const POSITION = /^(?:([0-9a-f]{1,8}):)?([0-9a-f]{2}):([0-9a-f]{2})(?:\.[0-7])?$/;

/**
 * A PCI address in one spelling, so that the kernel's "0000:3b:00", DCGM's "00000000:3B:00.0" and npu-exporter's
 * "0000:3B:00.0" are the same: "0:3b:00". Without a domain it is the first. null = this is no PCI address.
 */
export function pciPlace(text: string): string | null {
  const [, domain = "0", bus, device] = POSITION.exec(text.toLowerCase()) ?? [];
  return bus === undefined || device === undefined
    ? null
    : `${Number.parseInt(domain, 16).toString(16)}:${bus}:${device}`;
}

// Prefixes of a line: RFC 3339 and journalctl -o short-iso, syslog, /dev/kmsg, and dmesg's two brackets.
const ISO =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)\s+(?:([\w.-]+) kernel(?:\[\d+\])?: ?)?/;
const SYSLOG = /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d ([\w.-]+) kernel(?:\[\d+\])?: ?/;
const KMSG = /^\d+,\d+,(\d+),[^;]{0,16};/;
const BOOT = /^\[ {0,12}(\d{1,12}\.\d{1,9})\] ?/;
const DAY_NAMED = /^\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\] ?/; // dmesg -T: in nobody knows which zone

function whenAndWhere(line: string): Pick<KernelFact, "at" | "host" | "detail" | "isCounted"> {
  const iso = ISO.exec(line);
  const syslog = iso ? null : SYSLOG.exec(line);
  let rest = line.slice((iso ?? syslog)?.[0].length ?? 0);
  const kmsg = KMSG.exec(rest);
  const sinceBoot = kmsg ? (Number(kmsg[1]) / 1e6).toFixed(6) : BOOT.exec(rest)?.[1];
  rest = rest.replace(KMSG, "").replace(BOOT, "").replace(DAY_NAMED, "");
  const words = rest.replaceAll(/[\p{C}]+/gu, " ").trim();
  return {
    at: iso ? instantOf(iso) : null,
    host: iso?.[4] ?? syslog?.[1] ?? "",
    detail: `${sinceBoot === undefined ? "" : `[${sinceBoot}] `}${words}`.slice(0, MOST_DETAIL),
    isCounted: sinceBoot !== undefined,
  };
}

function instantOf([, seconds, fraction = "", zone]: RegExpExecArray): UnixMs | null {
  const offset = zone === "Z" ? "Z" : `${zone!.slice(0, 3)}:${zone!.slice(-2)}`;
  const at = Date.parse(`${seconds}.${fraction.padEnd(3, "0").slice(0, 3)}${offset}`);
  return Number.isNaN(at) ? null : unixMs(at);
}
