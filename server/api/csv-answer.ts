import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";

/** Sends a CSV file in pieces, named `dapan-<name>-<day>.csv`. What can fail fails before the first byte. */
export async function answerCsv(
  reply: FastifyReply,
  { name, at, pieces }: { readonly name: string; readonly at: number; readonly pieces: AsyncGenerator<string> },
): Promise<FastifyReply> {
  const first = await pieces.next();
  const day = new Date(at).toISOString().slice(0, 10);
  return reply
    .type("text/csv; charset=utf-8")
    .header("cache-control", "no-store")
    .header("content-disposition", `attachment; filename="dapan-${name}-${day}.csv"`)
    .send(Readable.from(startWith(first.value ?? "", pieces)));
}

async function* startWith(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}
