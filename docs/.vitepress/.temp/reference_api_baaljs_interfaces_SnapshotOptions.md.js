import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: SnapshotOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/SnapshotOptions.md","filePath":"reference/api/baaljs/interfaces/SnapshotOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/SnapshotOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-snapshotoptions" tabindex="-1">Interface: SnapshotOptions <a class="header-anchor" href="#interface-snapshotoptions" aria-label="Permalink to &quot;Interface: SnapshotOptions&quot;">​</a></h1><p>Options of <a href="./../functions/snapshotCallback.html">snapshotCallback</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-afterepochs"></a> <code>afterEpochs?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Snapshots begin behind this many epochs (a fraction is fine): earlier weights have learnt too little. 0 by default.</td></tr><tr><td><a id="property-every"></a> <code>every?</code></td><td><code>readonly</code></td><td><code>number</code> | <code>&quot;epoch&quot;</code></td><td>A snapshot at the end of each epoch (the default), or after every so many optimizer steps.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/SnapshotOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const SnapshotOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  SnapshotOptions as default
};
