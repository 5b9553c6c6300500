import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort, type Service, startProgram, whyMissing } from "./program.ts";

/** Debian's package; 0.25 is what the lanes are written against. */
export const alertmanagerMissing = (): string | null =>
  whyMissing("prometheus-alertmanager", "apt-get install prometheus-alertmanager");

export type AlertmanagerOptions = {
  /** Where it posts its webhooks (version 4); absent = nowhere. */
  readonly webhookUrl?: string;
  readonly bearer?: string;
};

/** A real Alertmanager on a free loopback port, in a directory of its own. Groups wait for nothing. */
export async function startAlertmanager({ webhookUrl, bearer }: AlertmanagerOptions = {}): Promise<Service> {
  const dir = await mkdtemp(path.join(tmpdir(), "dapan-alertmanager-"));
  const port = await freePort();
  const webhook = {
    url: webhookUrl,
    send_resolved: true,
    ...(bearer === undefined ? {} : { http_config: { authorization: { credentials: bearer } } }),
  };
  const config = {
    route: { receiver: "out", group_by: ["alertname"], group_wait: "0s", group_interval: "1s", repeat_interval: "1h" },
    receivers: [{ name: "out", ...(webhookUrl === undefined ? {} : { webhook_configs: [webhook] }) }],
  };
  await writeFile(path.join(dir, "alertmanager.yml"), JSON.stringify(config)); // JSON is YAML
  return startProgram({
    name: "prometheus-alertmanager",
    command: "prometheus-alertmanager",
    args: [
      `--config.file=${path.join(dir, "alertmanager.yml")}`,
      `--storage.path=${path.join(dir, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--cluster.listen-address=",
      "--log.level=warn",
    ],
    url: `http://127.0.0.1:${port}`,
    ready: "/-/ready",
    cleanUp: () => rm(dir, { recursive: true, force: true }),
  });
}
