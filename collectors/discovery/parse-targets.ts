import { LineCounter, parseDocument } from "yaml";
import { CollectError } from "../collector.ts";
import type { Target, TargetDefaults } from "./target.ts";
import { type GroupFault, pathText, readTargetGroups } from "./target-groups.ts";

export type ListText = {
  readonly text: string;
  readonly place: string; // file or URL, as shown
  readonly extra: ReadonlyMap<string, string>; // labels of the source: win over those of the list
  readonly defaults: TargetDefaults;
};

/** @throws CollectError `malformed`, with the place of the first fault: line and column, or path */
export function parseJsonTargets(list: ListText): readonly Target[] {
  let value: unknown;
  try {
    value = JSON.parse(list.text);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : "";
    const position = Number(/position (\d+)/.exec(words)?.[1] ?? NaN);
    const where = Number.isNaN(position) ? list.place : `${list.place}:${lineAndColumn(list.text, position)}`;
    throw new CollectError("malformed", `${where}: is no JSON; the last good list stays in force`, { cause });
  }
  return groupsOf(value, list, (fault) => `${list.place}${pathText(fault.path)}`);
}

/** Every scalar is text, so that `zone: 1` is a label and not a number. @throws CollectError `malformed` */
export function parseYamlTargets(list: ListText): readonly Target[] {
  const lines = new LineCounter();
  const document = parseDocument(list.text, { schema: "failsafe", lineCounter: lines });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${list.place}:${line}:${col}`;
  };
  const broken = document.errors[0];
  if (broken) {
    const first = broken.message.split("\n")[0] ?? "";
    throw new CollectError("malformed", `${at(broken.pos[0])}: ${first}; the last good list stays in force`);
  }
  let value: unknown;
  try {
    value = document.toJS({ mapAsMap: true });
  } catch (cause) {
    throw new CollectError("malformed", `${list.place}: too many aliases; the last good list stays in force`, {
      cause,
    });
  }
  return groupsOf(value ?? [], list, (fault) => {
    const node: unknown = document.getIn(fault.path, true);
    const range = typeof node === "object" && node !== null && "range" in node ? node.range : null;
    const offset = Array.isArray(range) && typeof range[0] === "number" ? range[0] : 0;
    return `${at(offset)}${pathText(fault.path)}`;
  });
}

function groupsOf(value: unknown, list: ListText, where: (fault: GroupFault) => string): readonly Target[] {
  const reading = readTargetGroups(value, list.extra, list.defaults);
  if (reading.ok) return reading.targets;
  const [first] = reading.faults;
  const more = reading.faults.length > 1 ? ` (and ${reading.faults.length - 1} more)` : "";
  const said = first ? `${where(first)}: ${first.message}` : list.place;
  throw new CollectError("malformed", `${said}${more}; the last good list stays in force`);
}

function lineAndColumn(text: string, position: number): string {
  const before = text.slice(0, position);
  const line = before.split("\n").length;
  return `${line}:${position - before.lastIndexOf("\n")}`;
}
