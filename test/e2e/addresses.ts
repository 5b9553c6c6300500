import { fixtureFleet } from "./fixture-fleet.ts";
import type { Story } from "./fixture-server.ts";

/** Where each page of the router is looked at, by its pattern. A page without a line fails test/security/hostile-pages. */
export function addressesOf(story: Story): Readonly<Record<string, readonly string[]>> {
  const isHostile = story.mood === "hostile";
  const card = fixtureFleet(story.cards, isHostile).rows.find(({ state }) => state === "busy")?.uuid ?? "";
  return {
    "/": ["/"],
    "/today": ["/today"],
    "/alerts": ["/alerts?group=feature"],
    "/alerts/rules": ["/alerts/rules"],
    "/alerts/silences": ["/alerts/silences"],
    "/alerts/channels": ["/alerts/channels"],
    "/alerts/incidents/$id": ["/alerts/incidents/4003"],
    "/patrol": ["/patrol"],
    "/patrol/coverage": ["/patrol/coverage"],
    "/patrol/reports": ["/patrol/reports"],
    "/patrol/schedules": ["/patrol/schedules"],
    "/patrol/guard": ["/patrol/guard"],
    "/patrol/reports/$id": ["/patrol/reports/703"],
    "/patrol/reports/$id/since/$before": ["/patrol/reports/703/since/704"],
    "/r/$token": ["/r/always"],
    "/board": ["/board", "/board?tab=cards", "/board?by=vendor&by=region&map=table", "/board?tab=history"],
    "/features": ["/features"],
    "/features/$key": [`/features/${isHostile ? "hostile-0" : "photo-restore"}`],
    "/cost": ["/cost?by=team", "/cost?tab=pivot&by=region&columns=tier"],
    "/review": ["/review?open=1"],
    "/inventory": ["/inventory", "/inventory?nodes=all"],
    "/pricing": ["/pricing?price=1", "/pricing?tab=rates", "/pricing?tab=holes"],
    "/tiers": ["/tiers"],
    "/mapping": ["/mapping", "/mapping?tab=features", "/mapping?id=1&form=edit", "/mapping?tab=yaml"],
    "/units": ["/units", "/units?tab=sources", "/units?tab=prices"],
    "/sources": ["/sources?open=gpu-nodes"],
    "/audit": ["/audit", "/audit?q=onerror"],
    "/approvals": ["/approvals?id=9"],
    "/cards/$uuid": [`/cards/${card}`],
    "/pools/$id": ["/pools/2"],
    "/sign-in": ["/sign-in?next=//evil.example/x"],
    "/account": ["/account"],
    "/people": ["/people?person=p-1"],
    "/tokens": ["/tokens"],
    "/link": ["/link#<img src=x onerror=alert(1)>"],
  };
}
