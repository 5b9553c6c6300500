/**
 * A notifier until it is killed: `tsx notify-child.ts <database url> [failpoint]`. Says "ready", then "claimed" at each
 * claim. At its failpoint (before-send, after-send, after-mark) it kills itself the hard way.
 */
import { writeSync } from "node:fs";
import { openDatabase } from "../../../db/open.ts";
import { systemClock } from "../../../server/clock.ts";
import { openSender } from "../../../server/egress/sender.ts";
import { startNotifier } from "../../../server/notify/notifier.ts";
import { storeOutbox } from "../../../server/notify/store-outbox.ts";
import { openChannel } from "../../../server/secrets/channel-secrets.ts";
import { createLog } from "../../../server/telemetry/log.ts";
import { CHILD_KEY, CHILD_LEASE_MS } from "./notify-stage.ts";
import { testBox } from "../../tools/test-box.ts";

const [, , url = "", failpoint = ""] = process.argv;
const dieAt = (here: string): void => {
  if (here === failpoint) process.kill(process.pid, "SIGKILL");
};

const db = await openDatabase({ at: { url }, clock: systemClock, onFatal: () => process.exit(3) });
const store = storeOutbox(db);
const sender = openSender({ clock: systemClock, egress: { allow: ["127.0.0.0/8"] } });
const box = testBox(CHILD_KEY);
startNotifier({
  store: {
    ...store,
    claim: async (...args) => {
      const claimed = await store.claim(...args);
      if (claimed !== null) writeSync(1, "claimed\n");
      return claimed;
    },
    settle: async (...args) => {
      const isOurs = await store.settle(...args);
      dieAt("after-mark");
      return isOurs;
    },
  },
  sender: {
    ...sender,
    post: async (request) => {
      dieAt("before-send");
      const answer = await sender.post(request);
      dieAt("after-send");
      return answer;
    },
  },
  clock: systemClock,
  log: createLog("silent", systemClock),
  secretsOf: (channel) => openChannel(box, channel),
  zone: () => "UTC",
  publicUrl: () => "https://dapan.example.com",
  pollMs: 50,
  leaseMs: CHILD_LEASE_MS,
  deadlineMs: CHILD_LEASE_MS / 2,
});
writeSync(1, "ready\n");
setInterval(() => undefined, 60_000);
