import { useParams } from "@tanstack/react-router";

export function IncidentPage() {
  const { id } = useParams({ from: "/alerts/incidents/$id" });
  return <h1>{id}</h1>;
}
