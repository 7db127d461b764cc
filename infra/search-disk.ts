/** MB: the index of a million assets takes about 1 GB, and while it is loaded a former one may be open. */
export const searchDisk = 4_096;
