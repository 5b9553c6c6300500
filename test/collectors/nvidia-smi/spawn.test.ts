import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { spawnEffects } from "../../../collectors/nvidia-smi/spawn.ts";

async function withProgram<T>(script: string, run: (file: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(path.join(tmpdir(), "dapan-smi-"));
  try {
    const file = path.join(dir, "nvidia-smi");
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
    return await run(file);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const LIMITS = { timeoutMs: 5_000, maxBytes: 10_000 };

test("arguments reach the program as they are, and its exit comes back", async () => {
  const exit = await withProgram('echo "$1"; echo oops >&2; exit 3', (file) =>
    spawnEffects.spawn(file, ["a b; exit 0"], LIMITS),
  );
  expect(exit).toEqual({ code: 3, stdout: "a b; exit 0\n", stderr: "oops\n" });
});

test("a program that hangs is killed at the limit, even if it ignores being asked", async () => {
  const run = withProgram("trap '' TERM; while :; do :; done", (file) =>
    spawnEffects.spawn(file, [], { ...LIMITS, timeoutMs: 300 }),
  );
  await expect(run).rejects.toMatchObject({ fault: "timeout" });
});

test("a program that prints without end is cut off", async () => {
  const run = withProgram("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done", (file) =>
    spawnEffects.spawn(file, [], LIMITS),
  );
  await expect(run).rejects.toThrow();
});

test("a program that is not there rejects", async () => {
  await expect(spawnEffects.spawn("/nonexistent/nvidia-smi", [], LIMITS)).rejects.toThrow("ENOENT");
});
