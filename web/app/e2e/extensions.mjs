// Finds modules of packages that leave out the ending of a file's name, which bundlers add
// but Node does not: to be registered as a hook.

export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context)
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || !specifier.startsWith('.')) throw error
    return next(`${specifier}.js`, context)
  }
}
