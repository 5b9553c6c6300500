/** The simulated exporters on HTTP: one server, one path per exporter, answered from the model at the clock's instant. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzip, constants as zlibConstants } from "node:zlib";
import type { Clock } from "../../db/model/clock.ts";
import { TEXT_CONTENT_TYPE } from "../exposition-writer.ts";
import { readCommand, strike } from "./command.ts";
import { renderDcgm } from "./dcgm-text.ts";
import { Fleet, type FleetOptions } from "./fleet.ts";
import { renderGateway } from "./gateway-text.ts";
import { renderKsm } from "./ksm-text.ts";
import type { SimNode } from "./layout.ts";
import { renderNodeExporter } from "./node-exporter-text.ts";
import { renderNpu } from "./npu-text.ts";

export type TargetJob = "card-exporter" | "node-exporter" | "kube-state-metrics" | "gateway";

/** One scrape target, as service discovery would name it. */
export type SimTarget = {
  readonly job: TargetJob;
  readonly url: string;
  readonly labels: Readonly<Record<string, string>>; // vendor, region, zone, cluster, billing, node
};

export type ServeOptions = Omit<FleetOptions, "startMs"> & {
  readonly clock: Clock;
  readonly startMs?: number;
  readonly host?: string;
  readonly port?: number; // 0: any free one
};

export type FleetServer = {
  readonly fleet: Fleet;
  readonly port: number;
  readonly url: string; // http://host:port
  readonly targets: readonly SimTarget[];
  /** Silences a node's exporter by hand, or lets it speak again. */
  readonly setDown: (node: string, down: boolean) => void;
  readonly stop: () => Promise<void>;
};

/**
 * Serves a fleet until `stop`. Paths: `/n/<node>/metrics`, `/n/<node>/node-exporter`, `/ksm/<cluster>`,
 * `/gateway/<cluster>`, `/sd` (http_sd of the card exporters; `?job=` names another job, `?job=all` all),
 * `/fault?node=<node>&kind=down|up`, `/fault?kind=drop|ecc|…` (command.ts). An exporter that is down closes the connection, or answers 503 where only the
 * exporter behind its proxy is.
 *
 * @throws Error when the port is taken
 */
export async function serveFleet(options: ServeOptions): Promise<FleetServer> {
  const { clock, host = "127.0.0.1", port = 0 } = options;
  const fleet = new Fleet({ ...options, startMs: options.startMs ?? clock.now() });
  const byName = new Map(fleet.nodes.map((node) => [node.name, node]));
  const down = new Set<string>();
  const setDown = (node: string, isDown: boolean): void => {
    if (!byName.has(node)) throw new RangeError(`no node ${node} in this fleet`);
    if (isDown) down.add(node);
    else down.delete(node);
  };
  let targets: readonly SimTarget[] = [];
  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    const path = request.url ?? "/";
    if (!URL.canParse(path, "http://simulator")) {
      send(request, response, { kind: "status", status: 400, body: "not a path\n" });
      return;
    }
    const url = new URL(path, "http://simulator");
    send(
      request,
      response,
      answerOf(fleet, byName, down, url, clock.now(), () => targets, setDown),
    );
  });
  const bound = await listen(server, host, port);
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${bound}`;
  targets = targetsOf(fleet, url);
  return { fleet, port: bound, url, targets, setDown, stop: () => close(server) };
}

type Answer =
  | { readonly kind: "text"; readonly body: string }
  | { readonly kind: "json"; readonly body: string }
  | { readonly kind: "status"; readonly status: number; readonly body: string }
  | { readonly kind: "hang-up" };

function answerOf(
  fleet: Fleet,
  byName: ReadonlyMap<string, SimNode>,
  down: ReadonlySet<string>,
  url: URL,
  t: number,
  targets: () => readonly SimTarget[],
  setDown: (node: string, down: boolean) => void,
): Answer {
  const [, area, name = "", leaf] = url.pathname.split("/");
  const node = byName.get(name);
  if (area === "n" && node !== undefined && leaf === "metrics") return cardAnswer(fleet, node, down, t);
  if (area === "n" && node !== undefined && leaf === "node-exporter") {
    return fleet.outageAt(node, t)?.kind === "node_down"
      ? { kind: "hang-up" }
      : { kind: "text", body: renderNodeExporter(fleet, node, t) };
  }
  if (area === "ksm" && fleet.clusters.has(name)) return { kind: "text", body: renderKsm(fleet, name, t) };
  if (area === "gateway" && fleet.clusters.has(name)) return { kind: "text", body: renderGateway(fleet, name, t) };
  if (area === "sd")
    return { kind: "json", body: discovery(targets(), url.searchParams.get("job") ?? "card-exporter") };
  if (area === "fault") return faultAnswer(fleet, byName, url, t, setDown);
  return { kind: "status", status: 404, body: `nothing at ${url.pathname}\n` };
}

function cardAnswer(fleet: Fleet, node: SimNode, down: ReadonlySet<string>, t: number): Answer {
  if (down.has(node.name)) return { kind: "hang-up" };
  const outage = fleet.outageAt(node, t);
  if (outage?.kind === "node_down") return { kind: "hang-up" };
  if (outage !== undefined)
    return node.key % 2 === 0 ? { kind: "hang-up" } : { kind: "status", status: 503, body: "no healthy upstream\n" };
  return { kind: "text", body: node.style === "npu" ? renderNpu(fleet, node, t) : renderDcgm(fleet, node, t) };
}

function faultAnswer(
  fleet: Fleet,
  byName: ReadonlyMap<string, SimNode>,
  url: URL,
  t: number,
  setDown: (node: string, down: boolean) => void,
): Answer {
  const node = url.searchParams.get("node") ?? "";
  const kind = url.searchParams.get("kind") ?? "";
  if (kind !== "down" && kind !== "up") return commandAnswer(fleet, url.searchParams, t);
  if (!byName.has(node)) return { kind: "status", status: 404, body: `no node ${node}\n` };
  setDown(node, kind === "down");
  return { kind: "status", status: 200, body: `${node} ${kind}\n` };
}

function commandAnswer(fleet: Fleet, asked: URLSearchParams, t: number): Answer {
  try {
    return { kind: "json", body: JSON.stringify(strike(fleet, readCommand(asked), t)) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { kind: "status", status: 400, body: `${error.message}\n` };
  }
}

/** Prometheus http_sd: the path of each target travels as __metrics_path__. */
function discovery(targets: readonly SimTarget[], job: string): string {
  const groups = targets
    .filter((target) => job === "all" || target.job === job)
    .map(({ url, labels, job: ofTarget }) => {
      const { host, pathname } = new URL(url);
      return { targets: [host], labels: { __metrics_path__: pathname, job: ofTarget, ...labels } };
    });
  return JSON.stringify(groups);
}

function targetsOf(fleet: Fleet, base: string): SimTarget[] {
  const ofNodes = fleet.nodes.flatMap((node): SimTarget[] => {
    const labels = { ...node.pool.place, node: node.name };
    return [
      { job: "card-exporter", url: `${base}/n/${node.name}/metrics`, labels },
      { job: "node-exporter", url: `${base}/n/${node.name}/node-exporter`, labels },
    ];
  });
  const ofClusters = [...fleet.clusters].flatMap(([cluster, nodes]): SimTarget[] => {
    const { vendor = "", region = "" } = nodes[0]?.pool.place ?? {};
    const labels = { vendor, region, cluster };
    return [
      { job: "kube-state-metrics", url: `${base}/ksm/${cluster}`, labels },
      { job: "gateway", url: `${base}/gateway/${cluster}`, labels },
    ];
  });
  return [...ofNodes, ...ofClusters];
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (answer.kind === "hang-up") {
    request.socket.destroy();
    return;
  }
  if (answer.kind === "status") {
    response.writeHead(answer.status, { "content-type": "text/plain" }).end(answer.body);
    return;
  }
  const type = answer.kind === "json" ? "application/json" : TEXT_CONTENT_TYPE;
  const body = Buffer.from(answer.body);
  if (!/\bgzip\b/.test(request.headers["accept-encoding"] ?? "")) {
    response.writeHead(200, { "content-type": type, "content-length": body.length }).end(body);
    return;
  }
  gzip(body, { level: zlibConstants.Z_BEST_SPEED }, (error, packed) => {
    if (error !== null) response.writeHead(500).end();
    else
      response
        .writeHead(200, { "content-type": type, "content-encoding": "gzip", "content-length": packed.length })
        .end(packed);
  });
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port); // a TCP server has an AddressInfo
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections(); // scrapers keep theirs alive
  });
}
