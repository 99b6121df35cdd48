/** The years to choose from: those of the plan, with one that is chosen and not among them. */
export function yearsWith(plan: readonly number[], chosen: number | undefined): readonly number[] {
  return chosen && !plan.includes(chosen) ? [...plan, chosen].sort() : plan
}
