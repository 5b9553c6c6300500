/** Starts nvidia-smi for real. */
import { execFile } from "node:child_process";
import { CollectError } from "../collector.ts";
import type { SmiEffects } from "./run.ts";

/** The real effect: no shell, no environment but PATH, killed hard at the time limit. */
export const spawnEffects: SmiEffects = {
  spawn: (command, args, { timeoutMs, maxBytes }) =>
    new Promise((resolve, reject) => {
      const options = { timeout: timeoutMs, maxBuffer: maxBytes, killSignal: "SIGKILL", windowsHide: true } as const;
      const environment = { env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C" } };
      execFile(command, args, { ...options, ...environment }, (error, stdout, stderr) => {
        if (error === null) resolve({ code: 0, stdout, stderr });
        else if (error.killed === true) {
          reject(
            new CollectError(
              "timeout",
              `${command} did not end within ${timeoutMs} ms, or printed too much; is the driver hung?`,
            ),
          );
        } else if (typeof error.code === "number") resolve({ code: error.code, stdout, stderr });
        else reject(error);
      });
    }),
};
