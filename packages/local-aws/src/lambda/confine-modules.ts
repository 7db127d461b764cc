import { existsSync, readFileSync } from 'node:fs';
import Module, { registerHooks } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Makes the modules of a function resolve as on Lambda, where the bundle is alone: a package that is missing in the
 * bundle must not be found in the repository's `node_modules`, and the repository's package.json must not decide how an
 * `index.js` is loaded. The AWS SDK is the exception: the nodejs24.x runtime provides it. Affects only the current
 * thread.
 * @param folder real path of the function's code
 * @param sharpFrom URL of a file to resolve `sharp` from instead, see WorkerSettings
 */
export function confineModules(folder: string, sharpFrom: string | undefined): void {
  const root = `${pathToFileURL(folder).href}/`;
  registerHooks({
    resolve(specifier, context, next) {
      const inside = context.parentURL?.startsWith(root) ?? false;
      if (sharpFrom && inside && specifier === 'sharp') {
        return next(specifier, { ...context, parentURL: sharpFrom });
      }
      const resolved = next(specifier, context);
      if (!resolved.url.startsWith('file:')) return resolved;
      if (inside && !resolved.url.startsWith(root) && !isProvidedByRuntime(specifier)) {
        throw Object.assign(
          new Error(`Cannot find package '${specifier}' imported from ${context.parentURL}`),
          {
            code: 'ERR_MODULE_NOT_FOUND',
          },
        );
      }
      return isBareScript(resolved.url) ? { ...resolved, format: 'commonjs' } : resolved;
    },
  });

  /** Whether a `.js` file has no package.json above it in the folder: it is CommonJS on Lambda. */
  function isBareScript(url: string): boolean {
    if (!url.startsWith(root) || !url.endsWith('.js')) return false;
    for (let path = dirname(fileURLToPath(url)); path.startsWith(folder); path = dirname(path)) {
      if (existsSync(join(path, 'package.json'))) return false;
    }
    return true;
  }

  // Even for a file resolved as CommonJS, Node reads the nearest package.json before it compiles it.
  const loaders = Module as unknown as {
    _extensions: Record<string, (module: CommonJsModule, file: string) => void>;
  };
  const standard = loaders._extensions['.js'];
  loaders._extensions['.js'] = (module, file) => {
    if (isBareScript(pathToFileURL(file).href)) module._compile(readFileSync(file, 'utf8'), file, 'commonjs');
    else standard?.(module, file);
  };
}

interface CommonJsModule {
  _compile(source: string, file: string, format: 'commonjs'): void;
}

function isProvidedByRuntime(specifier: string): boolean {
  return specifier.startsWith('@aws-sdk/') || specifier.startsWith('@smithy/');
}
