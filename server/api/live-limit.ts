import type { FastifyInstance } from "fastify";
import type { Instruments } from "../telemetry/instruments.ts";

/** Open streams at most: each is cheap, endless ones are not. A whole on-call floor with several tabs fits. */
const MOST_READERS = 256;

/** Refuses live streams beyond the limit, so that nobody can hold all sockets by opening tabs. */
export function limitLiveReaders(app: FastifyInstance, instruments: Instruments, most = MOST_READERS): void {
  let open = 0;
  app.addHook("preHandler", async (request, reply) => {
    if (!isLive(request.raw.url)) return;
    if (open >= most) {
      return reply
        .code(503)
        .header("retry-after", "30")
        .header("cache-control", "no-store")
        .send({ error: `${most} pages are following the fleet already: close one` });
    }
    open += 1;
    instruments.liveReaders.add(1);
    reply.raw.once("close", () => {
      open -= 1;
      instruments.liveReaders.add(-1);
    });
  });
}

const isLive = (url: string | undefined): boolean => /^\/api\/trpc\/[^?]*fleet\.live/.test(url ?? "");
