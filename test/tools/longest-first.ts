import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes minutes begins first: begun last, it would run alone while the other cores wait. */
const LONG = /\/looks-\w+\.lane\.test\.ts$|\/behaviour\.lane|\/failpoints\.lane/;

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
