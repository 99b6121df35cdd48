/** The years of the plan. */
export const YEARS: readonly number[] = [2015, 2016, 2017, 2018, 2019, 2020]

/** The years to choose from, with one that is chosen and not among them. */
export function yearsWith(chosen: number | undefined): readonly number[] {
  return chosen && !YEARS.includes(chosen) ? [...YEARS, chosen].sort() : YEARS
}
