// Request validation by the API's own description, the one file the emulator shares with the client.
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Ajv2020, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { ApiError } from './api-error.ts';

const OPENAPI_PATH = join('shared', 'rebyte', 'openapi.yaml');

/** A request body by the name of its path in the description, e.g. `/tasks`, and its method. */
export interface BodyPlace {
  readonly path: string;
  readonly method: 'post' | 'patch';
}

export interface ApiContract {
  /**
   * The body when it is valid. Unknown fields are dropped, as other people's clients may know fields that the
   * description does not; anything else that is wrong is a `validation_error` naming the field.
   */
  body<T>(place: BodyPlace, body: unknown): Promise<T>;
  /** Loads parser and validator ahead of the first request. */
  warm(): Promise<void>;
}

/** Nothing is loaded before the first use: parser, validator and description cost more than the whole start. */
export function createContract(log: (line: string) => void): ApiContract {
  let loading: Promise<Ajv2020> | undefined;
  async function validatorFor<T>({ path, method }: BodyPlace): Promise<ValidateFunction<T>> {
    loading ??= loadValidator();
    const ajv = await loading;
    const steps = [
      'paths',
      path.replaceAll('/', '~1'),
      method,
      'requestBody',
      'content',
      'application~1json',
      'schema',
    ];
    const validate = ajv.getSchema<T>(`openapi#/${steps.map(encodeURIComponent).join('/')}`);
    if (!validate || '$async' in validate) throw new Error(`${OPENAPI_PATH} describes no body for ${method} ${path}`);
    return validate;
  }
  return {
    async body<T>(place: BodyPlace, body: unknown): Promise<T> {
      const validate = await validatorFor<T>(place);
      const before = fieldNames(body);
      if (!validate(body)) throw new ApiError('validation_error', explain(validate.errors ?? []));
      const after = fieldNames(body);
      const dropped = before.filter((name) => !after.includes(name));
      if (dropped.length > 0) log(`${place.method.toUpperCase()} ${place.path}: ignored unknown ${dropped.join(', ')}`);
      return body;
    },
    async warm() {
      await validatorFor({ path: '/tasks', method: 'post' });
    },
  };
}

async function loadValidator(): Promise<Ajv2020> {
  // CommonJS: what it exports is its default, in a bundle that has it in a file of its own too.
  const [ajvModule, formats, yaml, text] = await Promise.all([
    import('ajv/dist/2020.js'),
    import('ajv-formats'),
    import('yaml'),
    readFile(openapiFile(), 'utf8'),
  ]);
  const ajv = new ajvModule.Ajv2020({ strict: false, allErrors: true, removeAdditional: true });
  formats.default.default(ajv);
  ajv.addSchema(yaml.default.parse(text), 'openapi');
  return ajv;
}

/** Built or not, the emulator lies somewhere below the folder that holds `shared/`. */
function openapiFile(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, OPENAPI_PATH);
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) throw new Error(`${OPENAPI_PATH} is in no folder above ${import.meta.url}`);
  }
}

function explain(errors: readonly ErrorObject[]): string {
  return errors
    .map(({ instancePath, message }) => `${instancePath === '' ? 'body' : instancePath.slice(1)} ${message ?? ''}`)
    .join('; ');
}

function fieldNames(body: unknown): string[] {
  return typeof body === 'object' && body !== null ? Object.keys(body) : [];
}
