export { ask, askEntities, type EntitiesQuestion, type Question, type TestAnswer } from "./ask.ts";
export { testCaller, testContextHeader, trustTestCaller, uniqueTenant } from "./callers.ts";
