/**
 * The intrinsic functions of CloudFormation, resolved as CloudFormation does.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */

/** Everything that the functions of one stack can refer to. */
export interface Scope {
  readonly pseudoParameters: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly mappings: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  /** Conditions of the template by name, unresolved. */
  readonly conditions: Readonly<Record<string, unknown>>;
  /** @throws Error if the resource does not exist */
  ref(logicalId: string): string;
  /** @throws Error if the resource or its attribute does not exist here */
  attribute(logicalId: string, name: string): string;
  /** @throws Error if no stack exports the name */
  importValue(name: string): unknown;
}

/** References that must exist before a value can be resolved. */
export interface References {
  /** Logical ids of the same stack. */
  readonly resources: ReadonlySet<string>;
  /** Names of exports. */
  readonly imports: ReadonlySet<string>;
}

/** `Ref: AWS::NoValue` removes the property. */
const noValue = Symbol('AWS::NoValue');

/**
 * Resolves every function in a value of the template.
 * @throws Error that names an unknown function, resource or attribute
 */
export function resolveIntrinsics(value: unknown, scope: Scope): unknown {
  const resolved = resolve(value, scope);
  return resolved === noValue ? undefined : resolved;
}

/** Whether a condition of the template is true. */
export function conditionHolds(name: string, scope: Scope): boolean {
  if (!(name in scope.conditions)) throw new Error(`The template has no condition "${name}"`);
  return asBoolean(resolve(scope.conditions[name], scope));
}

/** The resources and exports that a value refers to; for `Fn::If`, those of the chosen branch only. */
export function referencesOf(value: unknown, scope: Scope): References {
  const resources = new Set<string>();
  const imports = new Set<string>();
  const addName = (name: string): void => {
    if (!(name in scope.pseudoParameters) && name !== 'AWS::NoValue' && !(name in scope.parameters))
      resources.add(name);
  };
  const walk = (part: unknown): void => {
    if (Array.isArray(part)) for (const item of part) walk(item);
    if (!isObject(part)) return;
    const call = functionCall(part);
    if (!call) {
      for (const item of Object.values(part)) walk(item);
      return;
    }
    const [name, argument] = call;
    if (name === 'Ref') addName(String(argument));
    else if (name === 'Fn::GetAtt') addName(attributePath(argument)[0]);
    else if (name === 'Fn::If') walk(chosenBranch(argument, scope));
    else if (name === 'Fn::ImportValue') imports.add(String(resolve(argument, scope)));
    else if (name === 'Fn::Sub') {
      const [text, variables] = subArguments(argument);
      walk(variables);
      for (const placeholder of placeholdersOf(text)) {
        if (!(placeholder in variables)) addName(placeholder.split('.')[0] ?? placeholder);
      }
    } else if (name !== 'Condition') walk(argument);
  };
  walk(value);
  return { resources, imports };
}

function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value))
    return value.map((item) => resolve(item, scope)).filter((item) => item !== noValue);
  if (typeof value === 'string' && value.includes('{{resolve:')) {
    throw new Error(`Dynamic references are not resolved by the local cloud: ${value}`);
  }
  if (!isObject(value)) return value;
  const call = functionCall(value);
  if (call) return callFunction(call[0], call[1], scope);
  const entries = Object.entries(value)
    .map(([key, item]) => [key, resolve(item, scope)] as const)
    .filter(([, item]) => item !== noValue);
  return Object.fromEntries(entries);
}

function callFunction(name: string, argument: unknown, scope: Scope): unknown {
  switch (name) {
    case 'Ref':
      return refer(String(argument), scope);
    case 'Fn::GetAtt': {
      const [logicalId, attribute] = attributePath(argument);
      return scope.attribute(logicalId, String(resolve(attribute, scope)));
    }
    case 'Fn::Sub': {
      const [text, variables] = subArguments(argument);
      return substitute(text, (placeholder) => {
        if (placeholder in variables) return String(resolve(variables[placeholder], scope));
        const [logicalId = '', ...attribute] = placeholder.split('.');
        if (attribute.length > 0) return scope.attribute(logicalId, attribute.join('.'));
        return String(refer(placeholder, scope));
      });
    }
    case 'Fn::Join': {
      const [delimiter, items] = listOf(argument, name, scope);
      return asList(items, name).map(String).join(String(delimiter));
    }
    case 'Fn::Select': {
      const [index, items] = listOf(argument, name, scope);
      const list = asList(items, name);
      if (!(Number(index) in list)) throw new Error(`Fn::Select selects item ${index} of ${list.length}`);
      return list[Number(index)];
    }
    case 'Fn::Split': {
      const [delimiter, text] = listOf(argument, name, scope);
      return String(text).split(String(delimiter));
    }
    case 'Fn::ImportValue':
      return scope.importValue(String(resolve(argument, scope)));
    case 'Fn::If':
      return resolve(chosenBranch(argument, scope), scope);
    case 'Condition':
      return conditionHolds(String(argument), scope);
    case 'Fn::Equals': {
      const [left, right] = listOf(argument, name, scope);
      return JSON.stringify(left) === JSON.stringify(right);
    }
    case 'Fn::And':
      return listOf(argument, name, scope).every(asBoolean);
    case 'Fn::Or':
      return listOf(argument, name, scope).some(asBoolean);
    case 'Fn::Not':
      return !asBoolean(listOf(argument, name, scope)[0]);
    case 'Fn::FindInMap': {
      const [map, top, second] = listOf(argument, name, scope).map(String);
      const found = scope.mappings[map ?? '']?.[top ?? '']?.[second ?? ''];
      if (found === undefined) throw new Error(`The template has no mapping ${map}.${top}.${second}`);
      return resolve(found, scope);
    }
    case 'Fn::Base64':
      return Buffer.from(String(resolve(argument, scope))).toString('base64');
    case 'Fn::GetAZs': {
      const region = String(resolve(argument, scope)) || scope.pseudoParameters['AWS::Region'];
      return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
    }
    default:
      throw new Error(`The local cloud does not know the function ${name}`);
  }
}

function refer(name: string, scope: Scope): unknown {
  if (name === 'AWS::NoValue') return noValue;
  if (name in scope.pseudoParameters) return scope.pseudoParameters[name];
  if (name in scope.parameters) return scope.parameters[name];
  return scope.ref(name);
}

/** Replaces `${Name}` and `${Name.Attribute}`. `${!Name}` becomes `${Name}`. */
function substitute(text: string, fill: (placeholder: string) => string): string {
  return text.replace(/\$\{(!?)([^}]*)\}/g, (_, escaped: string, name: string) =>
    escaped ? `\${${name}}` : fill(name.trim()),
  );
}

function placeholdersOf(text: string): string[] {
  const found: string[] = [];
  substitute(text, (placeholder) => {
    found.push(placeholder);
    return '';
  });
  return found;
}

function subArguments(argument: unknown): [text: string, variables: Readonly<Record<string, unknown>>] {
  if (!Array.isArray(argument)) return [String(argument), {}];
  return [String(argument[0]), isObject(argument[1]) ? argument[1] : {}];
}

/** `["Table", "Arn"]`, or `"Table.Arn"`. */
function attributePath(argument: unknown): [logicalId: string, attribute: unknown] {
  if (Array.isArray(argument)) return [String(argument[0]), argument[1]];
  const [logicalId = '', ...attribute] = String(argument).split('.');
  return [logicalId, attribute.join('.')];
}

function chosenBranch(argument: unknown, scope: Scope): unknown {
  const [condition, whenTrue, whenFalse] = asList(argument, 'Fn::If');
  return conditionHolds(String(condition), scope) ? whenTrue : whenFalse;
}

/** A function call is an object with one key: `Ref`, `Condition` (with a name) or `Fn::…`. */
function functionCall(
  value: Readonly<Record<string, unknown>>,
): [name: string, argument: unknown] | undefined {
  const [entry, ...more] = Object.entries(value);
  if (!entry || more.length > 0) return undefined;
  const [name, argument] = entry;
  // In policies, Condition is an ordinary key with an object.
  if (name === 'Condition') return typeof argument === 'string' ? entry : undefined;
  return name === 'Ref' || name.startsWith('Fn::') ? entry : undefined;
}

function listOf(argument: unknown, name: string, scope: Scope): unknown[] {
  return asList(resolve(argument, scope), name);
}

function asList(value: unknown, name: string): unknown[] {
  if (!Array.isArray(value)) throw new Error(`${name} needs a list, not ${JSON.stringify(value)}`);
  return value;
}

function asBoolean(value: unknown): boolean {
  return value === true || value === 'true';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
