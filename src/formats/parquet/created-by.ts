/** Who writes files, as readers ask for it when they know of a writer's mistakes. */

/** That of package.json, which a test holds against it. */
export const VERSION = '0.1.0';
export const CREATED_BY = `leat version ${VERSION}`;
