import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type AlertsRead, readPostedAlerts, readWebhookV4 } from "../../collectors/alerts/outside-alert.ts";
import type { Deps } from "../context.ts";
import { mayPush } from "./push-door.ts";

/**
 * Doors for alerts of others: `POST /api/v1/alerts/webhook` takes the body of an Alertmanager's webhook receiver,
 * `POST /api/v2/alerts` what a Prometheus sends to an Alertmanager. 200 only when it is committed; 400 says which alert
 * is wrong; 503 asks the sender to come again (it drops what is answered with 4xx).
 */
export function addAlertReceivers(app: FastifyInstance, deps: Deps): void {
  const door = (read: (body: unknown, now: ReturnType<Deps["clock"]["now"]>) => AlertsRead, takesGoodOnes: boolean) =>
    async function receive(request: FastifyRequest, reply: FastifyReply) {
      reply.header("cache-control", "no-store");
      if (!(await mayPush(request, reply, deps, receiverOf(request.body)))) return reply;
      const { alerts, faults } = read(request.body, deps.clock.now());
      if (alerts.length > 0 && (faults.length === 0 || takesGoodOnes)) {
        try {
          await deps.alerts.takeOutside(alerts);
        } catch (error) {
          deps.log.error(
            { err: error },
            "alerts of another system could not be stored; its sender was asked to repeat",
          );
          return reply.code(503).send({ error: "nothing could be stored just now; send it again" });
        }
      }
      if (faults.length > 0) return reply.code(400).send({ error: faultText(faults), faults: faults.slice(0, 100) });
      return reply.code(200).send({});
    };
  app.post("/api/v1/alerts/webhook", door(readWebhookV4, false));
  app.post("/api/v2/alerts", door(readPostedAlerts, true));
}

/** Whom an Alertmanager was told to send to: the name a token can be bound to. A Prometheus says none. */
function receiverOf(body: unknown): readonly string[] {
  const receiver = typeof body === "object" && body !== null && "receiver" in body ? body.receiver : null;
  return typeof receiver === "string" ? [receiver] : [];
}

const faultText = ([first, ...rest]: AlertsRead["faults"]): string =>
  `${first!.place === "" ? "" : `${first!.place}: `}${first!.text}${rest.length > 0 ? ` (and ${rest.length} more)` : ""}`;
