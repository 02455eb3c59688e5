import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: SetupNote","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/label-studio/interfaces/SetupNote.md","filePath":"reference/api/baaljs/label-studio/interfaces/SetupNote.md"}');
const _sfc_main = { name: "reference/api/baaljs/label-studio/interfaces/SetupNote.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-setupnote" tabindex="-1">Interface: SetupNote <a class="header-anchor" href="#interface-setupnote" aria-label="Permalink to &quot;Interface: SetupNote&quot;">​</a></h1><p>A remark on a configuration: for the log.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-fields"></a> <code>fields</code></td><td><code>readonly</code></td><td><code>Readonly</code>&lt;<code>Record</code>&lt;<code>string</code>, <code>unknown</code>&gt;&gt;</td><td>The facts, for a log that keeps fields.</td></tr><tr><td><a id="property-level"></a> <code>level</code></td><td><code>readonly</code></td><td><code>&quot;info&quot;</code> | <code>&quot;warn&quot;</code></td><td>-</td></tr><tr><td><a id="property-message"></a> <code>message</code></td><td><code>readonly</code></td><td><code>string</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/label-studio/interfaces/SetupNote.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const SetupNote = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  SetupNote as default
};
