import type { FastifyInstance, FastifyReply } from "fastify";
import type { Language } from "../../db/model/channel.ts";
import type { Deps } from "../context.ts";
import { sightOf } from "../domain/access/sight.ts";
import { ServiceError } from "../errors.ts";
import type { FileOf, ReportFile } from "../usecases/patrol/reports-port.ts";

type Ask = {
  readonly Params: { readonly of: string; readonly table?: string };
  readonly Querystring: { readonly lang?: string };
};

/**
 * Files of reports: `/api/reports/<run>.pdf`, `/api/reports/<run>/<table>.csv`, and the same under `/api/shared/<token>` for
 * whoever has a link. Names are ours, types are said, and nobody keeps a copy on the way.
 */
export function addReportFiles(app: FastifyInstance, { reports }: Pick<Deps, "reports">): void {
  const serve = (root: string, readOf: (text: string) => FileOf | null): void => {
    app.get<Ask>(`${root}/:of`, async ({ params, query, actor }, reply) => {
      const [, name = ""] = /^(.{1,64})\.pdf$/.exec(params.of) ?? [];
      const of = readOf(name);
      return await answer(reply, "application/pdf", async () =>
        of === null ? null : await reports.pdf(of, languageOf(query.lang), sightOf(actor)),
      );
    });
    app.get<Ask>(`${root}/:of/:table`, async ({ params, query, actor }, reply) => {
      const [, table = ""] = /^([a-z0-9-]{1,64})\.csv$/.exec(params.table ?? "") ?? [];
      const of = readOf(params.of);
      const make = async () =>
        of === null || table === "" ? null : await reports.csv(of, table, languageOf(query.lang), sightOf(actor));
      return await answer(reply, "text/csv; charset=utf-8", make);
    });
  };
  serve("/api/reports", (text) => (/^[1-9]\d{0,8}$/.test(text) ? { runId: Number(text) } : null));
  serve("/api/shared", (text) => (/^[\w-]{27}$/.test(text) ? { token: text } : null));
}

const languageOf = (said: string | undefined): Language => (said === "en" ? "en" : "zh-CN");

async function answer(
  reply: FastifyReply,
  type: string,
  make: () => Promise<ReportFile | null>,
): Promise<FastifyReply> {
  reply.header("cache-control", "no-store").header("x-robots-tag", "noindex");
  try {
    const file = await make();
    if (file === null) return await reply.code(404).send({ error: "there is no such file" });
    return await reply
      .type(type)
      .header("x-content-type-options", "nosniff")
      .header("content-disposition", `attachment; filename="${file.name}"`)
      .send(typeof file.bytes === "string" ? file.bytes : Buffer.from(file.bytes));
  } catch (error) {
    if (error instanceof ServiceError) return await reply.code(503).send({ error: error.message });
    throw error;
  }
}
