import type { Route } from "../../../db/model/channel.ts";
import type { Incident } from "../../../db/model/incident.ts";
import { liesIn, placeOf } from "./silence-times.ts";

/** Whether anybody is to be told of an incident at all. */
export const isTellable = (one: Incident): boolean =>
  one.phase === "firing" && one.suppressedBy === null && !one.isHistoric;

/** Routes that take an incident: tried in order, the first that matches, and those after it while they say to go on. */
export function routesOf(one: Incident, routes: readonly Route[]): readonly Route[] {
  let place: ReturnType<typeof placeOf> | null = null;
  const taken: Route[] = [];
  for (const route of routes) {
    const isTaken =
      (route.severities.length === 0 || route.severities.includes(one.severity)) &&
      (route.ruleIds.length === 0 || route.ruleIds.includes(one.ruleId)) &&
      (isEverywhere(route) || liesIn(route.where, (place ??= placeOf(one))));
    if (!isTaken) continue;
    taken.push(route);
    if (!route.goesOn) break;
  }
  return taken;
}

function isEverywhere({ where }: Route): boolean {
  for (const part in where) if (Object.hasOwn(where, part)) return false;
  return true;
}

/** A channel an incident is told on. */
export type Destination = { readonly route: Route; readonly channelId: number; readonly isEscalated: boolean };

/** Channels of its routes, and of the steps of escalation it has taken. Each channel once a route. */
export function destinationsOf(routes: readonly Route[], steps: number): readonly Destination[] {
  const escalating = escalatingRoute(routes);
  return routes.flatMap((route) => {
    const own = new Set(route.channelIds);
    const called = new Set(
      route === escalating ? route.escalations.slice(0, steps).flatMap(({ channelIds }) => channelIds) : [],
    );
    return [
      ...[...own].map((channelId) => ({ route, channelId, isEscalated: false })),
      ...[...called].flatMap((channelId) => (own.has(channelId) ? [] : [{ route, channelId, isEscalated: true }])),
    ];
  });
}

/** An incident counts its steps once, so one route counts: the first of its routes that has any. */
export const escalatingRoute = (routes: readonly Route[]): Route | undefined =>
  routes.find(({ escalations }) => escalations.length > 0);
