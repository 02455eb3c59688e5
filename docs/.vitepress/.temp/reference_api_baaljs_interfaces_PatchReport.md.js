import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: PatchReport","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/PatchReport.md","filePath":"reference/api/baaljs/interfaces/PatchReport.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/PatchReport.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-patchreport" tabindex="-1">Interface: PatchReport <a class="header-anchor" href="#interface-patchreport" aria-label="Permalink to &quot;Interface: PatchReport&quot;">​</a></h1><p>What <a href="./../functions/patchModule.html">patchModule</a> made random, and what it left as it is.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-patched"></a> <code>patched</code></td><td><code>readonly</code></td><td>readonly <code>object</code>[]</td><td>The sites or parameters that are now random at prediction time; <code>rate</code> where there is one.</td></tr><tr><td><a id="property-skipped"></a> <code>skipped</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>Sites or linear layers that stay as they are, because of <code>where</code>, <code>layers</code> or a rate of 0.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/PatchReport.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const PatchReport = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  PatchReport as default
};
