import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FileSdSpec, fileSdReader } from "../../../collectors/discovery/file-sd.ts";
import type { TargetRound } from "../../../collectors/discovery/target-watch.ts";

let dir = "";
let tick = 0;
beforeEach(() => void (dir = mkdtempSync(path.join(tmpdir(), "dapan-sd-"))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const at = (name: string): string => path.join(dir, name);
function write(name: string, text: string): void {
  writeFileSync(at(name), text);
  const time = 1_700_000_000 + ++tick; // a file system with coarse times must not hide a change from the test
  utimesSync(at(name), time, time);
}
const list = (...hosts: string[]): string => JSON.stringify([{ targets: hosts }]);
const open = (files: string[], more: Partial<FileSdSpec> = {}): (() => Promise<TargetRound>) =>
  fileSdReader({ files: files.map(at), labels: new Map(), ...more });
const hosts = (round: TargetRound): string[] => round.targets.map((t) => t.url.host);

describe("file_sd", () => {
  test("reads JSON and YAML, and says which file a target came from", async () => {
    write("a.json", list("a:1"));
    write("b.yml", "- targets: [b:1]\n  labels: {zone: z}\n");
    const round = await open(["a.json", "b.yml"], { labels: new Map([["vendor", "own"]]) })();
    expect(round.fault).toBeNull();
    expect(hosts(round)).toEqual(["a:1", "b:1"]);
    expect(round.targets[1]?.labels).toEqual(
      new Map([["zone", "z"], ["__meta_filepath", at("b.yml")], ["vendor", "own"]]),
    ); // prettier-ignore
  });

  test("a change is seen, and the same file gives the same target objects", async () => {
    write("a.json", list("a:1"));
    const read = open(["a.json"]);
    const first = await read();
    expect((await read()).targets[0]).toBe(first.targets[0]);
    write("a.json", list("a:1", "b:1"));
    expect(hosts(await read())).toEqual(["a:1", "b:1"]);
  });

  test("a broken file keeps its last good list, others follow theirs, and it is tried again though unchanged", async () => {
    write("a.json", list("a:1"));
    write("b.json", list("b:1"));
    const read = open(["*.json"]);
    await read();
    write("a.json", '[{"targets":["a:1"'); // half written
    write("b.json", list("b:2"));
    const broken = await read();
    expect(hosts(broken)).toEqual(["a:1", "b:2"]);
    expect(broken.fault).toMatchObject({ fault: "malformed" });
    expect(broken.fault?.message).toContain(at("a.json"));
    expect((await read()).fault).not.toBeNull();
    write("a.json", list("a:2"));
    const healed = await read();
    expect(hosts(healed)).toEqual(["a:2", "b:2"]);
    expect(healed.fault).toBeNull();
  });

  test("a pattern finds new files and lets gone ones go", async () => {
    write("t1.json", list("a:1"));
    write(".hidden.json", list("h:1"));
    write("t1.json.bak", list("bak:1"));
    const read = open(["t*.json"]);
    expect(hosts(await read())).toEqual(["a:1"]);
    write("t2.json", list("b:1"));
    expect(hosts(await read())).toEqual(["a:1", "b:1"]);
    rmSync(at("t1.json"));
    const left = await read();
    expect(hosts(left)).toEqual(["b:1"]);
    expect(left.fault).toBeNull();
  });

  test("a file named in full that goes missing keeps its targets and is a fault", async () => {
    write("a.json", list("a:1"));
    const read = open(["a.json"]);
    await read();
    rmSync(at("a.json"));
    const round = await read();
    expect(hosts(round)).toEqual(["a:1"]);
    expect(round.fault?.message).toContain("ENOENT");
  });

  test("a directory that cannot be listed is a fault, not an empty fleet", async () => {
    write("a.json", list("a:1"));
    const read = open(["*.json"]);
    await read();
    renameSync(dir, `${dir}.away`);
    const round = await read();
    renameSync(`${dir}.away`, dir);
    expect(hosts(round)).toEqual(["a:1"]);
    expect(round.fault?.message).toContain("ENOENT");
    expect((await read()).fault).toBeNull();
  });

  test("a target in two files is read once", async () => {
    write("a.json", list("a:1"));
    write("b.json", list("a:1"));
    expect(hosts(await open(["*.json"])())).toEqual(["a:1"]);
  });
});
