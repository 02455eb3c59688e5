import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: JobStatus","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/label-studio/interfaces/JobStatus.md","filePath":"reference/api/baaljs/label-studio/interfaces/JobStatus.md"}');
const _sfc_main = { name: "reference/api/baaljs/label-studio/interfaces/JobStatus.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-jobstatus" tabindex="-1">Interface: JobStatus <a class="header-anchor" href="#interface-jobstatus" aria-label="Permalink to &quot;Interface: JobStatus&quot;">​</a></h1><p>A training in the words of label-studio-ml&#39;s <code>/job_status</code>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-created_at"></a> <code>created_at</code></td><td><code>readonly</code></td><td><code>string</code> | <code>null</code></td><td>ISO 8601; null while it waits.</td></tr><tr><td><a id="property-error"></a> <code>error</code></td><td><code>readonly</code></td><td><code>string</code> | <code>null</code></td><td>Why it made no version.</td></tr><tr><td><a id="property-finished_at"></a> <code>finished_at</code></td><td><code>readonly</code></td><td><code>string</code> | <code>null</code></td><td>-</td></tr><tr><td><a id="property-job_status"></a> <code>job_status</code></td><td><code>readonly</code></td><td><code>&quot;failed&quot;</code> | <code>&quot;queued&quot;</code> | <code>&quot;started&quot;</code> | <code>&quot;finished&quot;</code> | <code>&quot;canceled&quot;</code></td><td>-</td></tr><tr><td><a id="property-log"></a> <code>log</code></td><td><code>readonly</code></td><td><code>string</code></td><td>What is known of it, a line each.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/label-studio/interfaces/JobStatus.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const JobStatus = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  JobStatus as default
};
