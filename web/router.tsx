import {
  Outlet,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  retainSearchParams,
  useLocation,
} from "@tanstack/react-router";
import { SIGN_IN_FAULTS, type SignInFault } from "../db/model/access-views.ts";
import { decodeArchive, encodeArchive } from "./lib/archive-url.ts";
import { decodeAudit, encodeAudit } from "./lib/audit-url.ts";
import { decodeAlerts, encodeAlerts } from "./lib/alerts-url.ts";
import { decodeBoard, encodeBoard } from "./lib/board-url.ts";
import { decodeCost, encodeCost } from "./lib/cost-url.ts";
import { decodeCard, encodeCard } from "./lib/card-url.ts";
import { decodeCoverage, encodeCoverage } from "./lib/coverage-url.ts";
import { decodeFeature, encodeFeature } from "./lib/feature-url.ts";
import { decodeFeatures, encodeFeatures } from "./lib/features-url.ts";
import { decodeInventory, encodeInventory } from "./lib/inventory-url.ts";
import { decodeMapping, encodeMapping } from "./lib/mapping-url.ts";
import { decodePool, encodePool } from "./lib/pool-url.ts";
import { decodePricing, encodePricing } from "./lib/pricing-url.ts";
import { decodeReview, encodeReview } from "./lib/review-url.ts";
import { fromParams, parseSearch, type Search, stringifySearch, toParams } from "./lib/search-params.ts";
import { decodeSources, encodeSources } from "./lib/sources-url.ts";
import { decodeTiers, encodeTiers } from "./lib/tiers-url.ts";
import { decodeUnits, encodeUnits } from "./lib/units-url.ts";
import { isBare } from "./lib/bare-pages.ts";
import { BoardPage } from "./pages/fleet/BoardPage.tsx";
import { Bare } from "./shell/Bare.tsx";
import { NotFound } from "./shell/NotFound.tsx";
import { Shell } from "./shell/Shell.tsx";

type Asked = Record<string, unknown>;

/** The language is part of every address, so that a link reads as its sender saw it. */
function language(search: Asked): { lang?: "zh" | "en" } {
  const { lang } = search;
  return lang === "zh" || lang === "en" ? { lang } : {};
}

type SignInSearch = { next?: string; fault?: SignInFault; id?: string };

/** What a sign-in was for, and why it failed: nothing of it is shown but what is known. */
function signInSearch({ next, fault, id }: Asked): SignInSearch {
  const known = SIGN_IN_FAULTS.find((one) => one === fault);
  return {
    ...(typeof next === "string" ? { next } : {}),
    ...(known === undefined ? {} : { fault: known }),
    ...(typeof id === "string" && /^[0-9a-f]{8}$/.test(id) ? { id } : {}),
  };
}

/** Shared reports and sign-in stand without the console around them. */
function Root() {
  const Around = isBare(useLocation().pathname) ? Bare : Shell;
  return (
    <Around>
      <Outlet />
    </Around>
  );
}

const root = createRootRoute({
  validateSearch: language,
  search: { middlewares: [retainSearchParams(["lang"])] },
  component: Root,
  notFoundComponent: NotFound,
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: ({ search }) => {
    throw redirect({ to: "/board", search });
  },
});

/** Each page's codec is run over the address, so what it does not understand falls away. */
const board = createRoute({
  getParentRoute: () => root,
  path: "/board",
  validateSearch: (search: Asked): Search => fromParams(encodeBoard(decodeBoard(toParams(search)))),
  component: BoardPage,
});

const today = createRoute({
  getParentRoute: () => root,
  path: "/today",
  component: lazyRouteComponent(() => import("./pages/today/TodayPage.tsx"), "TodayPage"),
});

const review = createRoute({
  getParentRoute: () => root,
  path: "/review",
  validateSearch: (search: Asked): Search => fromParams(encodeReview(decodeReview(toParams(search)))),
  component: lazyRouteComponent(() => import("./pages/review/ReviewPage.tsx"), "ReviewPage"),
});

/** One frame with its tabs around four lists; an incident has a page of its own. */
const alerts = createRoute({
  getParentRoute: () => root,
  path: "/alerts",
  component: lazyRouteComponent(() => import("./pages/alerts/AlertsFrame.tsx"), "AlertsFrame"),
});

const incidents = createRoute({
  getParentRoute: () => alerts,
  path: "/",
  validateSearch: (search: Asked): Search => fromParams(encodeAlerts(decodeAlerts(toParams(search)))),
  component: lazyRouteComponent(() => import("./pages/alerts/AlertsPage.tsx"), "AlertsPage"),
});

const rules = createRoute({
  getParentRoute: () => alerts,
  path: "/rules",
  component: lazyRouteComponent(() => import("./pages/alerts/RulesPage.tsx"), "RulesPage"),
});

const silences = createRoute({
  getParentRoute: () => alerts,
  path: "/silences",
  component: lazyRouteComponent(() => import("./pages/alerts/SilencesPage.tsx"), "SilencesPage"),
});

const channels = createRoute({
  getParentRoute: () => alerts,
  path: "/channels",
  component: lazyRouteComponent(() => import("./pages/alerts/ChannelsPage.tsx"), "ChannelsPage"),
});

const incident = createRoute({
  getParentRoute: () => root,
  path: "/alerts/incidents/$id",
  component: lazyRouteComponent(() => import("./pages/alerts/IncidentPage.tsx"), "IncidentPage"),
});

/** One frame with its tabs around five pages; a report, and what changed since another, have pages of their own. */
const patrol = createRoute({
  getParentRoute: () => root,
  path: "/patrol",
  component: lazyRouteComponent(() => import("./pages/patrol/PatrolFrame.tsx"), "PatrolFrame"),
});

const checks = createRoute({
  getParentRoute: () => patrol,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/patrol/ChecksPage.tsx"), "ChecksPage"),
});

const coverage = createRoute({
  getParentRoute: () => patrol,
  path: "/coverage",
  validateSearch: (search: Asked): Search => fromParams(encodeCoverage(decodeCoverage(toParams(search)))),
  component: lazyRouteComponent(() => import("./pages/patrol/CoveragePage.tsx"), "CoveragePage"),
});

const reports = createRoute({
  getParentRoute: () => patrol,
  path: "/reports",
  validateSearch: (search: Asked): Search => fromParams(encodeArchive(decodeArchive(toParams(search)))),
  component: lazyRouteComponent(() => import("./pages/patrol/ReportsPage.tsx"), "ReportsPage"),
});

const schedules = createRoute({
  getParentRoute: () => patrol,
  path: "/schedules",
  component: lazyRouteComponent(() => import("./pages/patrol/SchedulesPage.tsx"), "SchedulesPage"),
});

const guard = createRoute({
  getParentRoute: () => patrol,
  path: "/guard",
  component: lazyRouteComponent(() => import("./pages/patrol/GuardPage.tsx"), "GuardPage"),
});

const report = createRoute({
  getParentRoute: () => root,
  path: "/patrol/reports/$id",
  component: lazyRouteComponent(() => import("./pages/patrol/ReportPage.tsx"), "ReportPage"),
});

const reportDiff = createRoute({
  getParentRoute: () => root,
  path: "/patrol/reports/$id/since/$before",
  component: lazyRouteComponent(() => import("./pages/patrol/ReportDiffPage.tsx"), "ReportDiffPage"),
});

const shared = createRoute({
  getParentRoute: () => root,
  path: "/r/$token",
  component: lazyRouteComponent(() => import("./pages/patrol/SharedReportPage.tsx"), "SharedReportPage"),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: signInSearch,
  component: lazyRouteComponent(() => import("./pages/access/SignInPage.tsx"), "SignInPage"),
});

const link = createRoute({
  getParentRoute: () => root,
  path: "/link",
  component: lazyRouteComponent(() => import("./pages/access/LinkPage.tsx"), "LinkPage"),
});

const account = createRoute({
  getParentRoute: () => root,
  path: "/account",
  component: lazyRouteComponent(() => import("./pages/access/AccountPage.tsx"), "AccountPage"),
});

const people = createRoute({
  getParentRoute: () => root,
  path: "/people",
  validateSearch: ({ person }: Asked): { person?: string } => (typeof person === "string" ? { person } : {}),
  component: lazyRouteComponent(() => import("./pages/access/PeoplePage.tsx"), "PeoplePage"),
});

const tokens = createRoute({
  getParentRoute: () => root,
  path: "/tokens",
  component: lazyRouteComponent(() => import("./pages/access/TokensPage.tsx"), "TokensPage"),
});

const features = createRoute({
  getParentRoute: () => root,
  path: "/features",
  validateSearch: (search: Asked): Search => fromParams(encodeFeatures(decodeFeatures(toParams(search)))),
  component: lazyRouteComponent(() => import("./pages/features/FeaturesPage.tsx"), "FeaturesPage"),
});

const feature = createRoute({
  getParentRoute: () => root,
  path: "/features/$key",
  validateSearch: (search: Asked): Search => fromParams(encodeFeature(decodeFeature(toParams(search)))),
  component: lazyRouteComponent(() => import("./pages/features/FeaturePage.tsx"), "FeaturePage"),
});

const cost = createRoute({
  getParentRoute: () => root,
  path: "/cost",
  validateSearch: (search: Asked): Search => fromParams(encodeCost(decodeCost(toParams(search)))),
  component: lazyRouteComponent(() => import("./pages/cost/CostPage.tsx"), "CostPage"),
});

const inventory = createRoute({
  getParentRoute: () => root,
  path: "/inventory",
  validateSearch: (search: Asked): Search => fromParams(encodeInventory(decodeInventory(toParams(search)))),
  component: lazyRouteComponent(() => import("./pages/inventory/InventoryPage.tsx"), "InventoryPage"),
});

const tiers = createRoute({
  getParentRoute: () => root,
  path: "/tiers",
  validateSearch: (search: Asked): Search => fromParams(encodeTiers(decodeTiers(toParams(search)))),
  component: lazyRouteComponent(() => import("./pages/tiers/TiersPage.tsx"), "TiersPage"),
});

const pricing = createRoute({
  getParentRoute: () => root,
  path: "/pricing",
  validateSearch: (search: Asked): Search => fromParams(encodePricing(decodePricing(toParams(search)))),
  component: lazyRouteComponent(() => import("./pages/pricing/PricingPage.tsx"), "PricingPage"),
});

const mapping = createRoute({
  getParentRoute: () => root,
  path: "/mapping",
  validateSearch: (search: Asked): Search => fromParams(encodeMapping(decodeMapping(toParams(search)))),
  component: lazyRouteComponent(() => import("./pages/mapping/MappingPage.tsx"), "MappingPage"),
});

const units = createRoute({
  getParentRoute: () => root,
  path: "/units",
  validateSearch: (search: Asked): Search => fromParams(encodeUnits(decodeUnits(toParams(search)))),
  component: lazyRouteComponent(() => import("./pages/units/UnitsPage.tsx"), "UnitsPage"),
});

const sources = createRoute({
  getParentRoute: () => root,
  path: "/sources",
  validateSearch: (search: Asked): Search => fromParams(encodeSources(decodeSources(toParams(search)))),
  component: lazyRouteComponent(() => import("./pages/admin/SourcesPage.tsx"), "SourcesPage"),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: "/audit",
  validateSearch: (search: Asked): Search => fromParams(encodeAudit(decodeAudit(toParams(search)))),
  component: lazyRouteComponent(() => import("./pages/audit/AuditPage.tsx"), "AuditPage"),
});

const approvals = createRoute({
  getParentRoute: () => root,
  path: "/approvals",
  validateSearch: ({ id }: Asked): { id?: string } =>
    typeof id === "string" && /^[1-9]\d{0,9}$/.test(id) ? { id } : {},
  component: lazyRouteComponent(() => import("./pages/approvals/ApprovalsPage.tsx"), "ApprovalsPage"),
});

const card = createRoute({
  getParentRoute: () => root,
  path: "/cards/$uuid",
  validateSearch: (search: Asked): Search => fromParams(encodeCard(decodeCard(toParams(search)))),
  component: lazyRouteComponent(() => import("./pages/card/CardPage.tsx"), "CardPage"),
});

const pool = createRoute({
  getParentRoute: () => root,
  path: "/pools/$id",
  validateSearch: (search: Asked): Search => fromParams(encodePool(decodePool(toParams(search)))),
  component: lazyRouteComponent(() => import("./pages/pool/PoolPage.tsx"), "PoolPage"),
});

const routeTree = root.addChildren([
  home,
  today,
  alerts.addChildren([incidents, rules, silences, channels]),
  incident,
  patrol.addChildren([checks, coverage, reports, schedules, guard]),
  report,
  reportDiff,
  shared,
  signIn,
  link,
  account,
  people,
  tokens,
  board,
  features,
  feature,
  cost,
  review,
  inventory,
  pricing,
  tiers,
  mapping,
  units,
  sources,
  audit,
  approvals,
  card,
  pool,
]);

/** The addresses of the console. */
export function makeRouter() {
  return createRouter({
    routeTree,
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    scrollRestoration: false, // the pages scroll inside <main>
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
