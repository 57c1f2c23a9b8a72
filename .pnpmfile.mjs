// The Node binaries on npm write `os` and `cpu` as strings; pnpm wants lists, else it downloads every platform's build.
const list = (value) => (typeof value === "string" ? [value] : value);

export const hooks = {
  readPackage(pkg) {
    if (/^node-(bin-)?(linux|darwin|win)-/.test(pkg.name)) {
      pkg.os = list(pkg.os);
      pkg.cpu = list(pkg.cpu);
      if (pkg.os?.includes("linux")) pkg.libc = ["glibc"];
    }
    return pkg;
  },
};
