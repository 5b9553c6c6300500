import type { TRPCBuiltRouter, TRPCDefaultErrorShape, TRPCMutationProcedure, TRPCQueryProcedure } from "@trpc/server";
import { createTRPCOptionsProxy } from "@trpc/tanstack-react-query";
import type { Language } from "../db/model/channel.ts";
import type {
  ArchiveFilter,
  ArchivePage,
  ChecksPage,
  CoverageAsk,
  CoveragePage,
  DefinitionEdit,
  DefinitionsPage,
  GuardEdit,
  GuardPage,
  GuardReport,
  ItemEdit,
  NewShareLink,
  NextRuns,
  ReportPage,
  RunAsk,
  SharedReport,
  ShareLink,
  TestResult,
} from "../db/model/patrol-views.ts";
import type { TRPCClient } from "@trpc/client";
import { client, queryClient } from "./trpc.ts";

type Query<Input, Output> = TRPCQueryProcedure<{ input: Input; output: Output; meta: object }>;
type Mutation<Input, Output> = TRPCMutationProcedure<{ input: Input; output: Output; meta: object }>;
type One = { readonly id: number };

/** The procedures of db/model/patrol-views.ts, as server/api/{patrol,reports}.router.ts answer them. */
export type PatrolRouter = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: TRPCDefaultErrorShape; transformer: false },
  {
    patrol: {
      checks: Query<void, ChecksPage>;
      runChecks: Mutation<void, unknown>;
      saveItem: Mutation<ItemEdit, unknown>;
      removeItem: Mutation<{ readonly id: string }, unknown>;
      coverage: Query<CoverageAsk, CoveragePage>;
      guard: Query<void, GuardPage>;
      saveGuard: Mutation<GuardEdit, unknown>;
      removeGuard: Mutation<One, unknown>;
      guardReport: Mutation<One & { readonly which: "readiness" | "closing" }, GuardReport>;
      setDay: Mutation<
        { readonly day: string; readonly kind: "holiday" | "workday" | "ordinary" | null; readonly name: string },
        unknown
      >;
    };
    reports: {
      archive: Query<
        { readonly filter: ArchiveFilter; readonly after: string | null; readonly limit: number },
        ArchivePage
      >;
      read: Query<{ readonly runId: number; readonly language: Language }, ReportPage>;
      definitions: Query<void, DefinitionsPage>;
      saveDefinition: Mutation<DefinitionEdit, unknown>;
      pauseDefinition: Mutation<One & { readonly isPaused: boolean }, unknown>;
      removeDefinition: Mutation<One, unknown>;
      nextRuns: Query<{ readonly cron: string; readonly zone: string }, NextRuns>;
      sendTest: Mutation<One, readonly TestResult[]>;
      run: Mutation<RunAsk, { readonly runId: number }>;
      revise: Mutation<{ readonly runId: number }, { readonly runId: number }>;
      links: Query<{ readonly runId: number }, readonly ShareLink[]>;
      share: Mutation<{ readonly runId: number; readonly days: number }, NewShareLink>;
      revokeLink: Mutation<{ readonly id: string }, unknown>;
      shared: Query<{ readonly token: string; readonly language: Language }, SharedReport>;
    };
  }
>;

/** Patrol and reports, asked by the same client as all else. */
export const patrolTrpc = createTRPCOptionsProxy<PatrolRouter>({
  client: client as unknown as TRPCClient<PatrolRouter>,
  queryClient,
});
